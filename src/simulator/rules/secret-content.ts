const keyPattern = /^[a-z](?:-?[a-z0-9]){2,}$/;

/** Whether Juju takes the text for the name of a secret's value: three characters at least. */
export function isSecretKey(text: string): boolean {
  return keyPattern.test(text);
}

/** Why Juju would not take the content of a secret, in its words. */
export function secretContentRefusal(
  content: Readonly<Record<string, unknown>>,
): string | undefined {
  const entries = Object.entries(content);
  if (entries.length === 0) return 'empty secret value not valid';
  const [badKey] = entries.find(([key]) => !isSecretKey(key)) ?? [];
  if (badKey !== undefined) return `key ${JSON.stringify(badKey)} not valid`;
  const [badValue] = entries.find(([, value]) => typeof value !== 'string') ?? [];
  return badValue === undefined ? undefined : `the value of ${JSON.stringify(badValue)} is no text`;
}
