import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readCharmMeta } from '../../src/charm/files/read-charm-meta.ts';
import type { CharmMeta } from '../../src/charm/metadata.ts';
import { renderCharmModule } from '../../src/cli/charm-module.ts';

const root = resolve(import.meta.dirname, '../..');
const prose = 'Says "it\'s */ done" \\ in\ntwo lines.';

interface Schema {
  readonly [keyword: string]: unknown;
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,4}(-[a-z]{1,3})?$/);
/** Also names that mean something to JavaScript, to YAML, or to a JSON schema. */
const anyName = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
  fc.constantFrom('description', 'title', 'constructor', 'toString', 'no', '1', "it's", 'a\\b'),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('`${x}`', '*/', '\u2028', '-0'),
);

const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ type: fc.constant('string'), default: text }, { requiredKeys: ['type'] }),
    fc.record({ type: fc.constant('number'), default: fc.double({ noNaN: true }) }),
    fc.record({ enum: fc.array(fc.oneof(text, fc.integer(), fc.boolean()), { minLength: 1 }) }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(anyName, tie('schema'), { maxKeys: 3 }),
      additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
    }),
  ),
}));

const option = fc.oneof(
  fc.record({ type: fc.constant('string'), default: text }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('int'), default: fc.maxSafeInteger() }),
  fc.record({ type: fc.constant('boolean'), default: fc.boolean() }),
  fc.record({ type: fc.constant('secret') }),
);

const charm = fc.record({
  name: word,
  containers: fc.dictionary(word, fc.record({ uid: fc.integer({ min: 0, max: 999 }) })),
  peers: fc.dictionary(
    word,
    fc.record({ interface: text.filter((it) => it !== '' && !/^juju(-|$)/.test(it)) }),
  ),
  storage: fc.dictionary(
    word,
    fc.record({ type: fc.constantFrom('filesystem', 'block'), shared: fc.boolean() }),
  ),
  options: fc.dictionary(anyName, option),
  actions: fc.dictionary(
    word,
    fc.record(
      {
        params: fc.dictionary(anyName, schema, { maxKeys: 3 }),
        required: fc.array(word, { maxLength: 2 }),
        additionalProperties: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  ),
});

type Charm = typeof charm extends fc.Arbitrary<infer T> ? T : never;

function yaml(value: unknown): string {
  return stringify(value, { version: '1.1' });
}

async function metaOf({ options, actions, ...metadata }: Charm): Promise<CharmMeta | undefined> {
  return await readCharmMeta({
    'metadata.yaml': yaml({ ...metadata, summary: 's', description: 'd' }),
    'config.yaml': yaml({ options }),
    'actions.yaml': yaml(actions),
  }).catch(() => undefined);
}

function say<T extends object>(things: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(things).map(([name, it]) => [name, { ...it, description: prose }]),
  );
}

/** The same charm, with everything described that can be. */
function described(bare: Charm): Charm {
  const actions = Object.entries(say(bare.actions)).map(([name, action]) => [
    name,
    action.params === undefined ? action : { ...action, params: say(action.params) },
  ]);
  const spoken: Record<string, Charm['actions'][string]> = Object.fromEntries(actions);
  return { ...bare, storage: say(bare.storage), options: say(bare.options), actions: spoken };
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'charmwright-modules-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the module of a charm', () => {
  it('compiles, and equals what was read without its prose, whatever the files say', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(charm, async (bare) => {
        const [plain, full] = await Promise.all([metaOf(bare), metaOf(described(bare))]);
        fc.pre(plain !== undefined && full !== undefined);
        const { summary: _, description: __, ...expected } = plain;
        const file = join(folder, `charm-${count}.ts`);
        count += 1;
        writeFileSync(file, renderCharmModule(full));
        const module: object = await import(file);
        expect(Object.entries(module)).toEqual([['meta', expected]]);
      }),
      { numRuns: 40 },
    );
    expect(count).toBeGreaterThanOrEqual(40);
    compileAll(count);
  }, 120_000);
});

/** All in one run of the compiler, each as the meta of a charm. */
function compileAll(count: number): void {
  const metadata = join(root, 'src/charm/metadata.ts');
  const uses = Array.from(
    { length: count },
    (_, at) => `import { meta as m${at} } from './charm-${at}.ts';\nm${at} satisfies CharmMeta;`,
  );
  writeFileSync(
    join(folder, 'all.ts'),
    [`import type { CharmMeta } from '${metadata}';`, ...uses, ''].join('\n'),
  );
  const options = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    module: 'nodenext',
    target: 'es2023',
    types: [],
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['all.ts'] }),
  );
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
}
