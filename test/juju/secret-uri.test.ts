import { describe, expect, it } from 'vitest';
import { SecretUri } from '../../src/juju/secret-uri.ts';

const id = '9m4e2mr0ui3e8a215n4g';
const model = 'b1c9d2a4-0000-4000-8000-000000000001';

describe('the name of a secret', () => {
  it.each([
    [`secret:${id}`, undefined, `secret:${id}`],
    [id, undefined, `secret:${id}`],
    [`secret://${model}/${id}`, model, `secret://${model}/${id}`],
  ])('is read from %s', (text, modelUuid, printed) => {
    const uri = SecretUri.parse(text);
    expect(uri).toMatchObject({ id, modelUuid });
    expect(String(uri)).toBe(printed);
    expect(JSON.stringify({ uri })).toBe(JSON.stringify({ uri: printed }));
    expect(SecretUri.parse(uri)).toBe(uri);
    expect(uri.equals(SecretUri.parse(id))).toBe(true);
    expect(uri.equals(SecretUri.parse('cxyz2mr0ui3e8a215n4g'))).toBe(false);
  });

  it.each([
    '',
    'secret:',
    'secret:a b',
    'db-password',
    `secret:/${id}`,
    `secret://${id}`,
    `${id}\n`,
    '--peek',
  ])('is refused where it is %j', (text) => {
    expect(() => SecretUri.parse(text)).toThrow(
      expect.objectContaining({ code: 'secret-uri-invalid', text }),
    );
  });
});
