/** What a later Juju or Pebble may well tell besides. */
const future: Readonly<Record<string, unknown>> = {
  'x-future': { since: '9.9', list: [1, null, { deep: true }] },
  xFuture: 'text',
};

/**
 * JSON with fields that nobody knows yet in its objects.
 *
 * @param places where those objects are: keys with dots between them, `*` for each entry; the empty
 * text for the whole. Text that is no JSON, and places that it has not, are left as they are.
 */
export function withFutureFields(text: string, places: readonly string[]): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text;
  }
  for (const place of places) json = enriched(json, place === '' ? [] : place.split('.'));
  return JSON.stringify(json);
}

function enriched(json: unknown, [step, ...rest]: readonly string[]): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) {
    return step === '*' ? json.map((item: unknown) => enriched(item, rest)) : json;
  }
  if (step === undefined) return { ...json, ...future };
  const entries = Object.entries(json).map(
    ([key, value]: [string, unknown]) =>
      [key, step === '*' || step === key ? enriched(value, rest) : value] as const,
  );
  return Object.fromEntries(entries);
}
