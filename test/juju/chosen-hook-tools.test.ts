import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChosenHookTools } from '../../src/juju/chosen-hook-tools.ts';
import { ScriptedAgent, type Deed } from '../support/scripted-agent.ts';

let folder: string;
let agent: ScriptedAgent | undefined;
let reasons: string[];
let tools: ChosenHookTools;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'charmwright-tools-'));
  for (const tool of ['config-get', 'status-set', 'juju-log']) {
    writeFileSync(join(folder, tool), '#!/bin/sh\nprintf process\n', { mode: 0o755 });
  }
  reasons = [];
});

afterEach(async () => {
  await tools.close();
  await agent?.close();
  agent = undefined;
  rmSync(folder, { recursive: true });
});

interface Given {
  readonly deed?: Deed;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** An environment with an agent's socket, unless the test changes it. */
async function choose({ deed, env = {} }: Given): Promise<ChosenHookTools> {
  agent = new ScriptedAgent(() => deed ?? { stdout: 'socket' });
  await agent.listen();
  const environment = {
    PATH: `${folder}:/usr/bin:/bin`,
    JUJU_VERSION: '3.6.9',
    JUJU_CONTEXT_ID: 'hello/0-start-1',
    JUJU_AGENT_SOCKET_NETWORK: 'unix',
    JUJU_AGENT_SOCKET_ADDRESS: agent.path,
    ...env,
  };
  tools = new ChosenHookTools({ environment, onProcesses: (why) => reasons.push(why) });
  return tools;
}

const read = { tool: 'config-get', args: ['--format=json'] };
const write = { tool: 'status-set', args: ['active'] };

async function said(call = read): Promise<string> {
  return (await tools.call(call)).stdout;
}

describe('the way to the hook tools', () => {
  it('is the agent’s socket, tried by a first call that only reads', async () => {
    await choose({});
    expect(tools.callCost).toBeUndefined();
    expect(await said()).toBe('socket');
    expect(tools.callCost).toBe('message');
    expect(await said(write)).toBe('socket');
    expect(agent?.requests.map(({ CommandName }) => CommandName)).toEqual([
      'config-get',
      'status-set',
    ]);
    expect(reasons).toEqual([]);
  });

  it('is tried by a call that does nothing where the first call writes or logs', async () => {
    await choose({});
    const log = { tool: 'juju-log', args: ['--', 'hello'] };
    expect(await said(log)).toBe('socket');
    expect(agent?.requests.map(({ CommandName, Args }) => [CommandName, ...Args])).toEqual([
      ['config-get', '--help'],
      ['juju-log', '--', 'hello'],
    ]);
  });

  it('is found once for calls that are made at one time', async () => {
    await choose({});
    expect(await Promise.all([said(), said(write), said()])).toEqual([
      'socket',
      'socket',
      'socket',
    ]);
    expect(agent?.connections).toBe(1);
    expect(agent?.requests).toHaveLength(3);
  });

  it.each<[string, Given, string]>([
    ['nobody listens', { env: { JUJU_AGENT_SOCKET_ADDRESS: '/nowhere/agent.socket' } }, 'ENOENT'],
    [
      'the agent has no such method',
      { deed: { refusal: "rpc: can't find method Jujuc.Main" } },
      "rpc: can't find",
    ],
    [
      'it answers garbage',
      { deed: { bytes: Buffer.from('HTTP/1.1 400 Bad Request\r\n'.repeat(5)) } },
      'gob',
    ],
    ['it leaves', { deed: 'close' }, 'closed the connection'],
    [
      'the network is not a unix socket’s',
      { env: { JUJU_AGENT_SOCKET_NETWORK: 'tcp' } },
      'JUJU_AGENT_SOCKET_NETWORK is "tcp"',
    ],
    [
      'the address is relative',
      { env: { JUJU_AGENT_SOCKET_ADDRESS: 'agent.socket' } },
      'JUJU_AGENT_SOCKET_ADDRESS',
    ],
    ['there is no context', { env: { JUJU_CONTEXT_ID: '' } }, 'JUJU_CONTEXT_ID is not set'],
    ['Juju is too old', { env: { JUJU_VERSION: '2.8.11' } }, '"2.8.11", not 2.9 to 4.x'],
    ['Juju is too new', { env: { JUJU_VERSION: '5.0' } }, '"5.0", not 2.9 to 4.x'],
  ])('is by processes for the whole dispatch, told once, when %s', async (_when, given, why) => {
    for (const first of [read, write]) {
      reasons = [];
      await choose(given);
      expect(await said(first)).toBe('process');
      expect(await said(write)).toBe('process');
      expect(tools.callCost).toBe('process');
      expect(reasons).toEqual([expect.stringContaining(why)]);
      expect(agent?.requests.filter(({ CommandName }) => CommandName === 'status-set')).toEqual([]);
      await agent?.close();
      agent = undefined;
    }
  });

  it('is by processes, and not a word about it, where no socket is offered', async () => {
    await choose({ env: { JUJU_AGENT_SOCKET_ADDRESS: undefined } });
    expect(await said()).toBe('process');
    expect(reasons).toEqual([]);
  });

  it('is by processes where CHARMWRIGHT_HOOK_TOOLS says so', async () => {
    await choose({ env: { CHARMWRIGHT_HOOK_TOOLS: 'process' } });
    expect(await said()).toBe('process');
    expect(reasons).toEqual([]);
    expect(agent?.connections).toBe(0);
  });

  it('is the socket or an error where CHARMWRIGHT_HOOK_TOOLS says socket', async () => {
    await choose({ env: { CHARMWRIGHT_HOOK_TOOLS: 'socket', JUJU_AGENT_SOCKET_ADDRESS: '' } });
    const expected = { code: 'agent-socket-unavailable' };
    await expect(said()).rejects.toMatchObject(expected);
    await expect(said(write)).rejects.toMatchObject(expected);
    await agent?.close();
    await choose({ env: { CHARMWRIGHT_HOOK_TOOLS: 'socket' } });
    expect(await said()).toBe('socket');
  });

  it('is an error where CHARMWRIGHT_HOOK_TOOLS means nothing', async () => {
    await choose({ env: { CHARMWRIGHT_HOOK_TOOLS: 'sockets' } });
    await expect(said()).rejects.toMatchObject({
      code: 'hook-tool-transport',
      message: expect.stringContaining('"sockets"'),
    });
  });

  it('ends with the dispatch', async () => {
    await choose({});
    const first = said();
    await tools.close();
    await expect(first).rejects.toMatchObject({ code: 'hook-tool-unavailable' });
    await expect(said()).rejects.toThrow('the transport is closed');
    await expect.poll(() => agent?.open.size).toBe(0);
  });
});
