import { eachToolFails, hostileBags } from 'charmwright/testing';
import { expect, test } from 'vitest';

import { readIni } from '../../src/pgbouncer/ini/read.ts';
import { configOf } from '../../src/pgbouncer/pooler-config.ts';
import { backendData, fileText, peerData, runningUnit } from './pgbouncer-under-test.ts';

const backend = { appData: backendData, units: { 'postgresql/0': {} } };

function isReadable(ini: string): boolean {
  try {
    configOf(readIni(ini));
    return true;
  } catch {
    return false;
  }
}

test('whatever a backend writes, PgBouncer has files that it can read, and no line of the log is long', async () => {
  const { harness } = await runningUnit({ hostile: true });
  const id = await harness.addRelation('backend-database', 'postgresql', backend);
  // A third of them: each text, and each key, comes up.
  const bags = hostileBags(backendData).filter((_, index) => index % 3 === 0);
  for (const [title, data] of bags) {
    await harness.updateRelationData(id, 'postgresql', data);
    const files = ['pgbouncer.ini', 'instance_0/pgbouncer.ini'];
    const lines = harness.runs.at(-1)?.logs.map(({ message }) => message.length) ?? [];
    expect({
      title,
      failedHook: harness.failedHook,
      unreadable: files.filter((file) => !isReadable(fileText(harness, file))),
      longLines: lines.filter((length) => length > 1000),
      users: fileText(harness, 'userlist.txt').replace(/^"[^\n\0]*" "[^\n\0]*"\n$/, ''),
    }).toEqual({ title, failedHook: undefined, unreadable: [], longLines: [], users: '' });
  }
  await harness.updateRelationData(id, 'postgresql', backendData);
  expect(fileText(harness, 'userlist.txt')).toBe('"relation_7" "sesame-open-7"\n');
  expect(harness.status.unit.status).toBe('active');
});

test('a backend is served although any one call of a hook tool fails at first', async () => {
  const failed = await eachToolFails({
    before: async () => (await runningUnit()).harness,
    happen: (harness) => harness.addRelation('backend-database', 'postgresql', backend),
    after: async (harness, call) => {
      await harness.run('update-status');
      expect({
        failed: call.tool,
        users: fileText(harness, 'userlist.txt'),
        status: harness.status.unit.status,
        peers: peerData(harness)['cfg_file'],
      }).toEqual({
        failed: call.tool,
        users: '"relation_7" "sesame-open-7"\n',
        status: 'active',
        peers: expect.stringContaining('orders = dbname=orders'),
      });
    },
  });
  expect(failed).toBeGreaterThan(5);
});
