import { describe, expect, it } from 'vitest';
import { actionFail, actionGet, actionSet } from '../../src/juju/tools/action.ts';
import { applicationVersionSet } from '../../src/juju/tools/application.ts';
import { configGet } from '../../src/juju/tools/config.ts';
import { isLeader } from '../../src/juju/tools/leadership.ts';
import { jujuLog } from '../../src/juju/tools/log.ts';
import { networkGet } from '../../src/juju/tools/network.ts';
import { closePort, openedPorts, openPort } from '../../src/juju/tools/ports.ts';
import {
  relationApp,
  relationGet,
  relationIds,
  relationList,
  relationSet,
} from '../../src/juju/tools/relation.ts';
import { statusGet, statusSet } from '../../src/juju/tools/status.ts';
import { storageList, storageLocation } from '../../src/juju/tools/storage.ts';
import { CannedHookTools, ok, refuse } from '../support/canned-hook-tools.ts';

const database = { endpoint: 'database', id: 7 };

interface Example {
  readonly tool: string;
  readonly answer?: unknown;
  readonly call: (tools: CannedHookTools) => Promise<unknown>;
  readonly line: string;
  readonly result?: unknown;
}

const examples: readonly Example[] = [
  {
    tool: 'config-get',
    answer: { port: 6432, mode: 'session', tls: false, unset: null, 'new-in-juju-9': 1.5 },
    call: (tools) => configGet(tools),
    line: 'config-get --format=json',
    result: { port: 6432, mode: 'session', tls: false, 'new-in-juju-9': 1.5 },
  },
  {
    tool: 'is-leader',
    answer: true,
    call: (tools) => isLeader(tools),
    line: 'is-leader --format=json',
    result: true,
  },
  {
    tool: 'relation-ids',
    answer: ['database:12', 'database:7'],
    call: (tools) => relationIds(tools, 'database'),
    line: 'relation-ids database --format=json',
    result: [7, 12],
  },
  {
    tool: 'relation-ids',
    answer: () => ({ ...ok, stdout: 'null\n' }),
    call: (tools) => relationIds(tools, 'database'),
    line: 'relation-ids database --format=json',
    result: [],
  },
  {
    tool: 'relation-list',
    answer: ['postgresql/0', 'postgresql/1'],
    call: (tools) => relationList(tools, database),
    line: 'relation-list --format=json -r database:7',
    result: ['postgresql/0', 'postgresql/1'],
  },
  {
    tool: 'relation-list',
    answer: 'postgresql',
    call: (tools) => relationApp(tools, database),
    line: 'relation-list --format=json --app -r database:7',
    result: 'postgresql',
  },
  {
    tool: 'relation-get',
    answer: { endpoints: 'a<b' },
    call: (tools) => relationGet(tools, database, { app: 'postgresql' }),
    line: 'relation-get --format=json -r database:7 --app - postgresql',
    result: { endpoints: 'a<b' },
  },
  {
    tool: 'relation-get',
    answer: {},
    call: (tools) => relationGet(tools, database, { unit: 'postgresql/0' }),
    line: 'relation-get --format=json -r database:7 - postgresql/0',
    result: {},
  },
  {
    tool: 'relation-set',
    call: (tools) => relationSet(tools, database, 'app', { key: 'a\nb=c', gone: '' }),
    line: 'relation-set -r database:7 --app --file - < {"key":"a\\nb=c","gone":""}',
  },
  {
    tool: 'status-set',
    call: (tools) => statusSet(tools, 'app', 'blocked', '--help'),
    line: 'status-set --application blocked -- --help',
  },
  {
    tool: 'status-get',
    answer: { status: 'active', message: 'up', 'status-data': {} },
    call: (tools) => statusGet(tools, 'unit'),
    line: 'status-get --include-data --format=json',
    result: { kind: 'active', message: 'up' },
  },
  {
    tool: 'status-get',
    answer: { 'application-status': { status: 'waiting', units: {} } },
    call: (tools) => statusGet(tools, 'app'),
    line: 'status-get --include-data --format=json --application',
    result: { kind: 'waiting', message: '' },
  },
  {
    tool: 'application-version-set',
    call: (tools) => applicationVersionSet(tools, '1.18.0'),
    line: 'application-version-set -- 1.18.0',
  },
  {
    tool: 'open-port',
    answer: () => ok,
    call: (tools) => openPort(tools, { port: 6432, protocol: 'tcp' }),
    line: 'open-port 6432/tcp',
  },
  {
    tool: 'close-port',
    answer: () => ok,
    call: (tools) => closePort(tools, { port: 53, protocol: 'udp' }),
    line: 'close-port 53/udp',
  },
  {
    tool: 'opened-ports',
    answer: ['icmp', '6432/tcp', '8080-8088/tcp', '53/udp'],
    call: (tools) => openedPorts(tools),
    line: 'opened-ports --format=json',
    result: [
      { port: 6432, protocol: 'tcp' },
      { port: 53, protocol: 'udp' },
    ],
  },
  {
    tool: 'network-get',
    answer: {
      'bind-addresses': [
        { 'mac-address': '', 'interface-name': '', addresses: [{ value: '10.1.2.3', cidr: '' }] },
      ],
      'ingress-addresses': ['10.152.183.7'],
    },
    call: (tools) => networkGet(tools, 'database'),
    line: 'network-get database --format=json',
    result: { bindAddress: '10.1.2.3', ingressAddress: '10.152.183.7' },
  },
  {
    tool: 'network-get',
    answer: {},
    call: (tools) => networkGet(tools, 'database'),
    line: 'network-get database --format=json',
    result: {},
  },
  {
    tool: 'juju-log',
    call: (tools) => jujuLog(tools, 'WARNING', '--oops'),
    line: 'juju-log --log-level WARNING -- --oops',
  },
  {
    tool: 'action-get',
    answer: { force: true, nested: { a: 1 } },
    call: (tools) => actionGet(tools),
    line: 'action-get --format=json',
    result: { force: true, nested: { a: 1 } },
  },
  {
    tool: 'action-set',
    answer: () => ok,
    call: (tools) => actionSet(tools, { 'backup.id': '7', size: '1 GB' }),
    line: 'action-set backup.id=7 size=1 GB',
  },
  {
    tool: 'action-fail',
    answer: () => ok,
    call: (tools) => actionFail(tools, 'no space'),
    line: 'action-fail -- no space',
  },
  {
    tool: 'storage-list',
    answer: ['data/0'],
    call: (tools) => storageList(tools, 'data'),
    line: 'storage-list data --format=json',
    result: ['data/0'],
  },
  {
    tool: 'storage-get',
    answer: '/srv/data',
    call: (tools) => storageLocation(tools, 'data/0'),
    line: 'storage-get --format=json -s data/0 location',
    result: '/srv/data',
  },
];

describe('each hook tool', () => {
  it.each(examples)('is called as $line', async ({ tool, answer, call, line, result }) => {
    const tools = new CannedHookTools(answer === undefined ? {} : { [tool]: answer });
    await expect(call(tools)).resolves.toEqual(result);
    expect(tools.lines(tool)).toEqual([line]);
  });

  it('is not called to set no action results at all', async () => {
    const tools = new CannedHookTools();
    await actionSet(tools, {});
    expect(tools.calls).toEqual([]);
  });
});

describe('a refusal', () => {
  it.each([
    ['relation not found', 1, 'hook-tool-not-found'],
    ['invalid value "database:7" for option -r: relation not found', 2, 'hook-tool-not-found'],
    ['permission denied', 1, 'hook-tool-permission-denied'],
    ['cannot write relation settings', 1, 'hook-tool-permission-denied'],
    ['finding application status: this unit is not the leader', 1, 'hook-tool-permission-denied'],
    ['option provided but not defined: --x', 2, 'hook-tool-usage'],
    ['connection is shut down', 1, 'hook-tool-failed'],
  ])('saying %j with exit code %i has the code of its situation', async (text, exitCode, code) => {
    const tools = new CannedHookTools({ 'relation-list': refuse(text, exitCode) });
    await expect(relationList(tools, database)).rejects.toMatchObject({
      code,
      exitCode,
      tool: 'relation-list',
      stderr: text,
    });
  });

  it('keeps what was sent on stdin out of the message', async () => {
    const tools = new CannedHookTools({ 'relation-set': refuse('permission denied') });
    const refused = relationSet(tools, database, 'unit', { password: 'hunter2' });
    await expect(refused).rejects.not.toThrow('hunter2');
  });
});

describe('an answer of another form', () => {
  it.each([
    ['no JSON', 'True\n'],
    ['JSON of another shape', '{"a":["b"]}\n'],
    ['nothing', ''],
  ])('is an error that names the tool: %s', async (_what, stdout) => {
    const tools = new CannedHookTools({ 'config-get': () => ({ ...ok, stdout }) });
    await expect(configGet(tools)).rejects.toMatchObject({
      code: 'hook-tool-output',
      tool: 'config-get',
    });
  });
});
