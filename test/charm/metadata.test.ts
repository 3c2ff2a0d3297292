import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCharmMeta } from '../../src/charm/metadata.ts';

const minimal = 'name: hello\nsummary: s\ndescription: d\n';

describe('a charm’s files', () => {
  it('give the names and types that they declare', async () => {
    const meta = await readCharmMeta({
      'metadata.yaml': readFileSync('metadata.yaml', 'utf8'),
      'config.yaml': readFileSync('config.yaml', 'utf8'),
    });
    expect(meta).toMatchObject({
      name: 'pgbouncer-k8s',
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

  it('may leave sections empty, and say what this charmwright does not know', async () => {
    const meta = await readCharmMeta({
      'metadata.yaml': `${minimal}containers:\n  web:\npeers:\nnew-in-juju-9: {a: [1]}\n`,
      'config.yaml': 'options:\n  title: {type: string, default: null}\n',
      'actions.yaml': 'shout:\n',
    });
    expect(meta).toMatchObject({
      containers: { web: {} },
      peers: {},
      options: { title: { type: 'string' } },
      actions: { shout: {} },
    });
    expect(meta.options['title']).not.toHaveProperty('default');
  });

  it.each([
    ['metadata.yaml', `${minimal}containers: [web\n`, '', 5],
    ['metadata.yaml', `${minimal}peers:\n  friends:\n    limit: 1\n`, 'peers.friends.interface', 6],
    ['metadata.yaml', 'name: Hello\n', 'name', 1],
    ['metadata.yaml', '', '', 1],
  ])(
    'that are wrong are refused with file, path and line: %s %j',
    async (file, text, path, line) => {
      await expect(readCharmMeta({ 'metadata.yaml': text })).rejects.toMatchObject({
        code: 'charm-file-invalid',
        file,
        issues: [{ path, line }],
      });
    },
  );

  it('that are wrong in several places are refused for all of them', async () => {
    const config =
      'options:\n  port:\n    type: int\n    default: many\n  mode:\n    type: colour\n';
    const refused = readCharmMeta({ 'metadata.yaml': minimal, 'config.yaml': config });
    await expect(refused).rejects.toMatchObject({
      file: 'config.yaml',
      issues: [
        { path: 'options.port.default', line: 4 },
        { path: 'options.mode.type', line: 6 },
      ],
    });
    await expect(refused).rejects.toThrow(/config\.yaml:4: options\.port\.default: .*number/);
  });
});
