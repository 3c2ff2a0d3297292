import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore, stateFileName, type StateOptions } from '../../src/dispatch/open-store.ts';
import { CannedHookTools } from '../support/canned-hook-tools.ts';

const controller = "Juju's controller";
const file = `/charm/${stateFileName}`;

describe('where state is kept', () => {
  it.each<[string, StateOptions, Record<string, string>, string]>([
    ['on Kubernetes', {}, { JUJU_MACHINE_ID: '' }, controller],
    ['on a machine', {}, { JUJU_MACHINE_ID: '0' }, file],
    ['where Juju does not say', {}, {}, file],
    ['when left to charmwright', { state: 'auto' }, { JUJU_MACHINE_ID: '' }, controller],
    ['where the charm says local', { state: 'local' }, { JUJU_MACHINE_ID: '' }, file],
    [
      'where the charm says controller',
      { state: 'controller' },
      { JUJU_MACHINE_ID: '0' },
      controller,
    ],
  ])('%s', (_, options, environment, place) => {
    const tools = new CannedHookTools();
    expect(openStore(options, environment, '/charm', tools).place).toBe(place);
    expect(tools.calls).toEqual([]);
  });

  it.each<[string, StateOptions, readonly string[]]>([
    [
      'asks the controller what it has, where the charm says local',
      { state: 'local' },
      ['state-get'],
    ],
    ['asks nothing, where a machine is all that speaks for the file', {}, []],
  ])('%s', async (_, options, asked) => {
    const charmDir = mkdtempSync(join(tmpdir(), 'charmwright-store-'));
    try {
      const tools = new CannedHookTools({ 'state-get': {} });
      for (const _hook of [1, 2]) {
        await openStore(options, { JUJU_MACHINE_ID: '0' }, charmDir, tools).load();
      }
      expect(tools.calls.map(({ tool }) => tool)).toEqual(asked);
    } finally {
      rmSync(charmDir, { recursive: true });
    }
  });
});
