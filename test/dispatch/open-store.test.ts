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
});
