import { UsageFault } from './flags.ts';

const uuid = '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}';
const pattern = new RegExp(`^(?:secret:)?(?:(?://)?${uuid}/)?([0-9a-v]{19}[0g])$`);

/** The id in `secret:<id>`, `<id>`, or `secret://<model uuid>/<id>`. */
export function secretId(text: string): string {
  const id = pattern.exec(text)?.[1];
  if (id === undefined) throw new UsageFault(`secret URI ${JSON.stringify(text)} not valid`);
  return id;
}

/** The id that the first argument must be. */
export function requiredSecretId([text]: readonly string[]): string {
  if (text === undefined) throw new UsageFault('missing secret URI');
  return secretId(text);
}
