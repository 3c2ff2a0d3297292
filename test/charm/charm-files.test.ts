import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CharmFileError } from '../../src/charm/files/charm-file-error.ts';
import { readCharmMeta } from '../../src/charm/files/read-charm-meta.ts';
import type { CharmFiles } from '../../src/charm/files/read-sections.ts';

const minimal = 'name: hello\nsummary: s\ndescription: d\n';

/** Reads minimal metadata with these lines after it; they begin at line 4. */
async function refusal(files: CharmFiles | string): Promise<string[]> {
  const texts = typeof files === 'string' ? { 'metadata.yaml': minimal + files } : files;
  const error: unknown = await readCharmMeta(texts).catch((thrown: unknown) => thrown);
  if (!(error instanceof CharmFileError)) return [];
  return error.issues.map(
    ({ file, line, path, problem }) => `${file}:${line}: ${path}: ${problem}`,
  );
}

describe('a charm’s files', () => {
  it('give the names and types that they declare', async () => {
    const meta = await readCharmMeta({
      'metadata.yaml': readFileSync('metadata.yaml', 'utf8'),
      'config.yaml': readFileSync('config.yaml', 'utf8'),
    });
    expect(meta).toMatchObject({
      name: 'pgbouncer-k8s',
      assumes: ['juju >= 3.1', 'k8s-api'],
      containers: { pgbouncer: { resource: 'pgbouncer-image' } },
      peers: { 'pgb-peers': { interface: 'pgb_peers' } },
      requires: { 'backend-database': { interface: 'postgresql_client', limit: 1 } },
      provides: { database: { interface: 'postgresql_client' } },
      options: {
        listen_port: { type: 'int', default: 6432 },
        pool_mode: { type: 'string', default: 'session' },
      },
      actions: {},
    });
  });

  it('may use every field that Juju has', async () => {
    const meta = await readCharmMeta({
      'metadata.yaml': `${minimal}display-name: Hello
maintainers: [a@example.com]
docs: https://example.com
website: [https://example.com]
tags: [web]
terms: [owner/terms/2, lone-terms]
subordinate: true
charm-user: non-root
assumes:
  - juju >= 3.6.2
  - any-of: [k8s-api, {all-of: [machine < 2, juju < 4.0]}]
containers:
  web:
    resource: image
    mounts: [{storage: data, location: /data}, {storage: data, location: /more}]
    uid: 0
    gid: 10000
  bare: {bases: [{name: ubuntu, channel: "24.04"}]}
requires:
  host: {interface: juju-info, scope: container, optional: true, limit: 2}
  short: sql
provides: {web: {interface: http, limit: }}
peers: {a_b-c1: {interface: p}}
extra-bindings: {admin: }
storage:
  data:
    type: filesystem
    description: Files
    shared: true
    read-only: "false"
    multiple: {range: 1+}
    minimum-size: 1.5GiB
    location: /srv
    properties: [transient]
devices: {gpu: {type: nvidia.com/gpu, countmin: 1, countmax: 2}}
payloads: {monitor: {type: docker}}
resources:
  image: {type: oci-image, upstream-source: example.com/x}
  archive: {filename: a.tgz, description: An archive}
`,
      'config.yaml': `options:
  title: {type: string, default: }
  untyped: {default: text, description: Old}
  port: {type: int, default: "80"}
  share: {type: float, default: 1.0}
  loud: {type: boolean, default: yes}
  key: {type: secret, default: ""}
`,
      'actions.yaml': `shout:
grow:
  description: Grows
  execution-group: g
  parallel: true
  required: [by]
  additionalProperties: false
  params: {by: {type: integer, minimum: 1}}
`,
    });
    expect(meta).toEqual({
      name: 'hello',
      summary: 's',
      description: 'd',
      subordinate: true,
      'charm-user': 'non-root',
      assumes: [
        'juju >= 3.6.2',
        { 'any-of': ['k8s-api', { 'all-of': ['machine < 2', 'juju < 4.0'] }] },
      ],
      containers: {
        web: {
          resource: 'image',
          mounts: [
            { storage: 'data', location: '/data' },
            { storage: 'data', location: '/more' },
          ],
          uid: 0,
          gid: 10_000,
        },
        bare: { bases: [{ name: 'ubuntu', channel: '24.04' }] },
      },
      requires: {
        host: { interface: 'juju-info', scope: 'container', optional: true, limit: 2 },
        short: { interface: 'sql' },
      },
      provides: { web: { interface: 'http' } },
      peers: { 'a_b-c1': { interface: 'p' } },
      'extra-bindings': { admin: null },
      storage: {
        data: {
          type: 'filesystem',
          description: 'Files',
          shared: true,
          'read-only': false,
          multiple: { range: '1+' },
          'minimum-size': '1.5GiB',
          location: '/srv',
          properties: ['transient'],
        },
      },
      payloads: { monitor: { type: 'docker' } },
      devices: { gpu: { type: 'nvidia.com/gpu', countmin: 1, countmax: 2 } },
      resources: {
        image: { type: 'oci-image' },
        archive: { type: 'file', filename: 'a.tgz', description: 'An archive' },
      },
      options: {
        title: { type: 'string' },
        untyped: { type: 'string', default: 'text', description: 'Old' },
        port: { type: 'int', default: 80 },
        share: { type: 'float', default: 1 },
        loud: { type: 'boolean', default: true },
        key: { type: 'secret', default: '' },
      },
      actions: {
        shout: {},
        grow: {
          description: 'Grows',
          'execution-group': 'g',
          parallel: true,
          required: ['by'],
          additionalProperties: false,
          params: { by: { type: 'integer', minimum: 1 } },
        },
      },
    });
  });

  it.each([
    ['', ''],
    ['options:\n', ''],
    ['', '# nothing yet\n'],
  ])('may say nothing: config.yaml %j, actions.yaml %j', async (config, actions) => {
    const files = { 'metadata.yaml': minimal, 'config.yaml': config, 'actions.yaml': actions };
    await expect(readCharmMeta(files)).resolves.toMatchObject({ options: {}, actions: {} });
  });

  it('may say what this charmwright does not know', async () => {
    const meta = await readCharmMeta({
      'metadata.yaml': `${minimal}new-in-juju-9: {a: [1]}\ncontainers: {web: {fresh: 1}}\n`,
      'config.yaml': 'options: {title: {type: string, stage: beta}}\nfuture: 1\n',
    });
    expect(meta.containers).toEqual({ web: {} });
    expect(meta.options).toEqual({ title: { type: 'string' } });
  });

  it('are read with the names that Juju keeps for itself where Juju allows them', async () => {
    const own = 'name: juju-dashboard\nsummary: s\ndescription: d\nprovides: {juju-x: juju-y}\n';
    await expect(readCharmMeta({ 'metadata.yaml': own })).resolves.toBeDefined();
  });
});

describe('metadata.yaml is refused', () => {
  it.each([
    ['containers: [web\n', /^metadata\.yaml:5: : Flow sequence/],
    ['peers: {a: x, a: y}\n', 'metadata.yaml:4: : Map keys must be unique'],
    ['requires: {on: x}\n', /:4: : the key on is not text to YAML\. Write it in quotes: "on"/],
    ['peers:\n  friends:\n    limit: 1\n', 'metadata.yaml:5: peers.friends.interface: is missing'],
    [
      'peers:\n  friends:\n    limit: 1\n    inteface: f\n',
      /peers\.friends\.interface: is missing \(did you mean "interface" where it says "inteface"\?\)/,
    ],
    ['require:\n  db: sql\n', /:4: require: is not a key .*\(did you mean "requires"\?\)/],
    ['peers:\n', /:4: peers: is empty, and Juju expects a mapping/],
    ['containers: {web: }\n', /containers\.web: is empty, and Juju expects a mapping\. Write {}/],
    ['containers: {Web: {}}\n', /containers\.Web: the name must be/],
    ['containers: {web: {uid: 1000}}\n', /containers\.web\.uid: must be from 0 to 999/],
    ['requires: {x: {interface: i, scope: globl}}\n', /scope: "globl" is none of .*"global"\?\)/],
    ['requires: {x: {interface: i, limit: 1.5}}\n', /limit: .*whole number/],
    ['requires: {juju: i}\n', /:4: requires\.juju: the name juju is reserved/],
    ['provides: {x: juju-info}\n', /provides\.x: names that begin with juju- are reserved/],
    ['requires:\n  x: i\npeers:\n  x: i\n', /:7: peers\.x: is the name of an endpoint in requires/],
    ['requires: {x: i}\nextra-bindings: {x: }\n', /:5: extra-bindings\.x: is the name of an end/],
    ['extra-bindings: {}\n', /extra-bindings: is empty/],
    ['extra-bindings: {x: 1}\n', /extra-bindings\.x: /],
    ['subordinate: true\nrequires: {x: i}\n', /:4: subordinate: needs an endpoint/],
    [
      'containers: {web: {resource: imge}}\nresources: {image: {type: oci-image}}\n',
      /imge.*"image"/,
    ],
    ['containers: {web: {resource: a}}\nresources: {a: {filename: a}}\n', /is not an oci-image/],
    ['containers: {web: {resource: a, bases: []}}\n', /cannot stand beside bases/],
    [
      'containers: {web: {mounts: [{storage: dta, location: /a}]}}\nstorage: {data: {type: filesystem}}\n',
      'metadata.yaml:4: containers.web.mounts.0.storage: "dta" is not declared in storage',
    ],
    [
      'containers: {web: {mounts: [{storage: d, location: /a}, {storage: d, location: /a}]}}\nstorage: {d: {type: filesystem}}\n',
      /mounts\.1\.location: is the place of another mount/,
    ],
    ['storage: {d: {type: disk}}\n', /"disk" is none of filesystem, block/],
    [
      'storage: {d: {type: block, location: /d}}\n',
      /storage\.d\.location: is only for filesystems/,
    ],
    ['storage: {d: {type: block, multiple: {range: 3-1}}}\n', /range: ends before it begins/],
    ['storage: {d: {type: block, multiple: {range: 0}}}\n', /range: must allow at least one/],
    ['storage: {d: {type: block, multiple: {range: many}}}\n', /range: "many" is not of the form/],
    ['storage: {d: {type: block, minimum-size: 10 gigs}}\n', /minimum-size: must be a number with/],
    ['storage: {d: {type: block, minimum-size: 1024}}\n', /is the number 1024 \(quote it/],
    ['devices: {gpu: {type: gpu, countmin: 2, countmax: 1}}\n', /countmax: is less than countmin/],
    ['resources: {a: {type: file}}\n', /resources\.a: is a file and needs a filename/],
    [
      'resources: {a: {type: oci-imge}}\n',
      /"oci-imge" is none of .*\(did you mean "oci-image"\?\)/,
    ],
    ['resources: {a: {filename: a/b}}\n', /filename: must be a name without a folder/],
    ['assumes: [juju => 3]\n', /:4: assumes\.0: "juju => 3" is not a feature/],
    ['assumes: [{any-off: [juju]}]\n', /any-off: is neither .*\(did you mean "any-of"\?\)/],
    [
      'assumes: [{any-of: [juju, {all-of: nothing}]}]\n',
      /assumes\.0\.any-of\.1\.all-of: must be a/,
    ],
    ['charm-user: admin\n', /charm-user: "admin" is none of root, sudoer, non-root/],
    ['terms: [Bad Term]\n', /terms\.0: is not a term/],
    ['series: [jammy]\nassumes: [juju]\n', /series: cannot stand beside assumes/],
    ['subordinate: perhaps\n', /subordinate: is text, and Juju expects true or false/],
    ['tags: web\n', /tags: is text, and Juju expects a list/],
  ])('with file, path and line: %j', async (text, told) => {
    const all = await refusal(text);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(told);
  });

  it('when it is empty or has no name', async () => {
    expect(await refusal({ 'metadata.yaml': '' })).toEqual([
      'metadata.yaml:1: : is empty, and Juju expects a mapping. Write {}, or take the key out',
    ]);
    expect(await refusal({ 'metadata.yaml': 'name: Hello\n' })).toEqual([
      expect.stringMatching(/:1: name: must be lower-case words/),
      'metadata.yaml:1: summary: is missing',
      'metadata.yaml:1: description: is missing',
    ]);
  });

  it('when its aliases would fill the memory', async () => {
    const bomb = Array.from({ length: 12 }, (_, at) =>
      at === 0 ? 'a0: &a0 [x, x]' : `a${at}: &a${at} [${`*a${at - 1}, `.repeat(9)}x]`,
    );
    expect(await refusal(`${bomb.join('\n')}\n`)).toEqual([expect.stringMatching(/alias/i)]);
  });
});

describe('config.yaml is refused', () => {
  it.each([
    ['type: int\n    default: many', /:4: options\.x\.default: is text, and Juju expects a number/],
    [
      'type: int\n    default: 1.0',
      /:4: options\.x\.default: is no whole number to Juju\. Write 1$/,
    ],
    ['type: float\n    default: 1', /:4: options\.x\.default: .*Write 1\.0$/],
    [
      'type: string\n    default: 80',
      /default: is the number 80 \(quote it for text\), and Juju expects text/,
    ],
    ['type: boolean\n    default: 2', /default: is the number 2/],
    ['type: secret\n    default: hunter2', /default: must be the URI of a secret/],
    ['type: integer', /:3: options\.x\.type: "integer" is none of string, int/],
    ['type: strng', /type: .*\(did you mean "string"\?\)/],
    ['type: int\n    defualt: 1', /:4: options\.x\.defualt: .*\(did you mean "default"\?\)/],
  ])('for an option with %j', async (lines, told) => {
    const config = `options:\n  x:\n    ${lines}\n`;
    const all = await refusal({ 'metadata.yaml': minimal, 'config.yaml': config });
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(told);
    expect(all[0]).not.toContain('hunter2');
  });
});

describe('actions.yaml is refused', () => {
  it.each([
    ['Shout: {}', /:1: Shout: the name must be/],
    ['juju-run: {}', /:1: juju-run: names that begin with juju- are reserved/],
    ['a: {params: }', /:1: a\.params: is empty, and Juju expects a mapping/],
    ['a: {parms: {}}', /a\.parms: .*\(did you mean "params"\?\)/],
    ['a: {params: {x: text}}', /a\.params\.x: must be a mapping: a JSON schema/],
    ['a: {params: {x: {type: int}}}', /a\.params\.x\.type: .*\(did you mean "integer"\?\)/],
    ['a: {params: {x: {type: [string, nul]}}}', /type\.1: "nul" is none of/],
    ['a: {params: {x: {type: string, required: true}}}', /x\.required: must be a list of names/],
    ['a: {params: {x: {$ref: y}}}', /x\.\$ref: is not taken by Juju/],
    ['a: {params: {x: {enum: []}}}', /x\.enum: must be a list of at least one value/],
    ['a: {params: {x: {pattern: "["}}}', /x\.pattern: /],
    ['a: {params: {x: {type: integer, default: one}}}', /x\.default: must be integer/],
    ['a: {params: {x: {enum: [a, b], default: c}}}', /x\.default: must be one of "a", "b"/],
    ['a: {params: {x: {properties: {z: {minimum: low}}}}}', /x\.properties\.z\.minimum: must be/],
    ['a: {params: {x: {anyOf: [{type: txt}]}}}', /x\.anyOf\.0\.type: /],
    ['a: {params: {target: {}}, required: [tagret]}', /required\.0: .*\(did you mean "target"\?\)/],
    ['a: {oneOf: []}', /a\.oneOf: must be a list of JSON schemas/],
    ['a: {parallel: perhaps}', /a\.parallel: is text, and Juju expects true or false/],
  ])('with %j', async (actions, told) => {
    const all = await refusal({ 'metadata.yaml': minimal, 'actions.yaml': `${actions}\n` });
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(told);
  });
});

describe('charmcraft.yaml', () => {
  const craft = `type: charm
title: Hello
name: hello
summary: s
description: d
base: ubuntu@24.04
platforms: {amd64: }
parts: {hello: {plugin: nil}}
links: {contact: a@example.com}
peers:
containers: {web: {}}
config: {options: {port: {type: int, default: 80}}}
actions: {shout: {params: {what: {type: string}}}}
`;

  it('says what the three files would', async () => {
    await expect(readCharmMeta({ 'charmcraft.yaml': craft })).resolves.toMatchObject({
      name: 'hello',
      peers: {},
      containers: { web: {} },
      options: { port: { type: 'int', default: 80 } },
      actions: { shout: { params: { what: { type: 'string' } } } },
    });
  });

  it('is refused with its own places', async () => {
    const wrong = craft
      .replace('default: 80', 'default: eighty')
      .replace('type: string', 'type: strng')
      .replace('containers: {web: {}}', 'contaners: {web: {}}');
    expect(await refusal({ 'charmcraft.yaml': wrong })).toEqual([
      expect.stringMatching(/:11: contaners: .*\(did you mean "containers"\?\)/),
      expect.stringMatching(/:12: config\.options\.port\.default: is text/),
      expect.stringMatching(/:13: actions\.shout\.params\.what\.type: .*"string"/),
    ]);
  });

  it('may leave options to config.yaml, but not say them twice', async () => {
    const config = 'options: {title: {type: string}}\n';
    const without = craft.replace(/^config: .*\n/m, '');
    const files = { 'charmcraft.yaml': without, 'config.yaml': config };
    await expect(readCharmMeta(files)).resolves.toMatchObject({ options: { title: {} } });
    expect(await refusal({ 'charmcraft.yaml': craft, 'config.yaml': config })).toEqual([
      expect.stringMatching(/:12: config: is said in config\.yaml, too/),
    ]);
  });

  it('is not looked at where a packed charm has the other files', async () => {
    const files = {
      'metadata.yaml': minimal,
      'config.yaml': 'options: {title: {type: string}}\n',
      'charmcraft.yaml': craft,
    };
    const meta = await readCharmMeta(files);
    expect(meta.containers).toEqual({});
    expect(meta.options).toEqual({ title: { type: 'string' } });
  });

  it('needs charmcraft to expand its extensions', async () => {
    expect(await refusal({ 'charmcraft.yaml': `${craft}extensions: [flask-framework]\n` })).toEqual(
      [expect.stringMatching(/:14: extensions: .*charmcraft expand-extensions/)],
    );
  });
});

it('mistakes in all files are told together, by file and line', async () => {
  const refused = refusal({
    'metadata.yaml': `${minimal}containers: {web: {resource: image}}\npeers: {x: 1}\n`,
    'config.yaml':
      'options:\n  mode:\n    type: colour\n  port:\n    type: int\n    default: many\n',
    'actions.yaml': '- shout\n',
  });
  expect((await refused).map((text) => text.split(' ')[0])).toEqual([
    'metadata.yaml:4:',
    'metadata.yaml:5:',
    'config.yaml:3:',
    'config.yaml:6:',
    'actions.yaml:1:',
  ]);
});
