import { afterEach, describe, expect, it } from 'vitest';
import { AgentSocketHookTools } from '../../src/juju/agent-socket-hook-tools.ts';
import { ScriptedAgent, type Deed } from '../support/scripted-agent.ts';
import type { ToolRequestMessage } from '../../src/gob/jujuc-messages.ts';

let agent: ScriptedAgent | undefined;
let tools: AgentSocketHookTools | undefined;

afterEach(async () => {
  await tools?.close();
  await agent?.close();
  agent = undefined;
});

async function start(
  script: (request: ToolRequestMessage) => Deed | Promise<Deed>,
): Promise<{ tools: AgentSocketHookTools; agent: ScriptedAgent }> {
  agent = new ScriptedAgent(script);
  await agent.listen();
  tools = await AgentSocketHookTools.connect(
    { path: agent.path, contextId: 'hello/0-start-1', token: 'tok' },
    { directory: '/charm' },
  );
  return { agent, tools };
}

const write = { tool: 'status-set', args: ['active'] };
const read = { tool: 'config-get', args: ['--format=json'] };

const garbage = Buffer.from('HTTP/1.1 400 Bad Request\r\n'.repeat(5));

/** The definition of an answer's header, and a header that answers request 9. */
const strayAnswer = Buffer.from(
  '3aff8703010108526573706f6e736501ff88000103010d536572766963654d6574686f64010c0001035365710106' +
    '0001054572726f72010c00000005ff88020900',
  'hex',
);

/** A promise, and what settles it. */
class Gate {
  open!: () => void;
  readonly opened: Promise<void> = new Promise((resolve) => {
    this.open = resolve;
  });
}

describe('a hook tool over the agent’s socket', () => {
  it('is asked for with context, directory, name, arguments, stdin and token', async () => {
    const { tools, agent } = await start(() => ({ code: 2, stdout: 'out\n', stderr: 'ERROR é\n' }));
    const stdin = 'k: "水"\0';
    const args = ['--file', '-', '', '$HOME "x"\n'];
    await expect(tools.call({ tool: 'relation-set', args, stdin })).resolves.toEqual({
      code: 2,
      stdout: 'out\n',
      stderr: 'ERROR é\n',
    });
    expect(agent.requests).toEqual([
      {
        ContextId: 'hello/0-start-1',
        Dir: '/charm',
        CommandName: 'relation-set',
        Args: args,
        StdinSet: true,
        Stdin: Buffer.from(stdin),
        Token: 'tok',
      },
    ]);
  });

  it('shares one connection with all others', async () => {
    const { tools, agent } = await start(({ Args }) => ({ stdout: Args.join(' ') }));
    const words = Array.from({ length: 200 }, (_, index) => String(index));
    const replies = await Promise.all(words.map((word) => tools.call({ ...read, args: [word] })));
    expect(replies.map(({ stdout }) => stdout)).toEqual(words);
    expect(agent.connections).toBe(1);
  });

  it('carries megabytes both ways', async () => {
    const { tools } = await start(({ Stdin }) => ({ stdout: Buffer.from(Stdin).toString() }));
    const stdin = 'é水🦀'.repeat(500_000);
    const reply = await tools.call({ tool: 'relation-set', args: ['--file', '-'], stdin });
    expect(reply.stdout === stdin).toBe(true);
  });

  it('fails as its process would when the agent refuses the request', async () => {
    const { tools } = await start(() => ({ refusal: 'bad request: Dir is not absolute' }));
    await expect(tools.call(read)).resolves.toEqual({
      code: 1,
      stdout: '',
      stderr: 'ERROR bad request: Dir is not absolute\n',
    });
  });

  it('is missing, as a program may be, when the agent does not know it', async () => {
    const { tools } = await start(() => ({ refusal: 'bad request: unknown command: state-get' }));
    await expect(tools.call({ tool: 'state-get', args: [] })).rejects.toMatchObject({
      code: 'hook-tool-unavailable',
      missing: true,
    });
  });

  it('that only reads runs beside other reads', async () => {
    const both = new Gate();
    const { tools, agent } = await start(async () => {
      if (agent.requests.length === 2) both.open();
      await both.opened;
      return {};
    });
    await Promise.all([tools.call(read), tools.call({ tool: 'is-leader', args: [] })]);
    expect(agent.requests).toHaveLength(2);
  });

  it('that writes waits for every earlier call, and every later one for it', async () => {
    const running = new Set<string>();
    const besideWrites: string[] = [];
    const { tools, agent } = await start(async ({ CommandName, Args: [word = ''] }) => {
      running.add(word);
      await Promise.resolve();
      if (CommandName === 'status-set' && running.size > 1) besideWrites.push(word);
      running.delete(word);
      return {};
    });
    const sequence = [read, read, write, write, read, write, read, read];
    await Promise.all(
      sequence.map((call, index) => tools.call({ ...call, args: [String(index)] })),
    );
    expect(besideWrites).toEqual([]);
    expect(agent.requests.map(({ Args }) => Args[0])).toEqual(
      sequence.map((_, index) => `${index}`),
    );
  });

  it('that logs keeps its place among log lines and holds nothing else up', async () => {
    const logged = new Gate();
    const { tools, agent } = await start(async ({ CommandName }) => {
      if (CommandName === 'juju-log') await logged.opened;
      return {};
    });
    const line = (text: string): Promise<unknown> => tools.call({ tool: 'juju-log', args: [text] });
    const lines = [line('one'), line('two')];
    await tools.call(write);
    await tools.call(read);
    expect(agent.requests.map(({ CommandName }) => CommandName)).toEqual([
      'juju-log',
      'status-set',
      'config-get',
    ]);
    logged.open();
    await Promise.all(lines);
    expect(agent.requests.at(-1)?.Args).toEqual(['two']);
  });

  it.each<[string, Deed, string]>([
    ['the agent leaves', 'close', 'the agent closed the connection'],
    ['the agent answers garbage', { bytes: garbage }, 'gob'],
    ['an answer comes to what was never asked', { bytes: strayAnswer }, 'a question never asked'],
  ])('tells a write whose outcome is unknown when %s', async (_when, deed, why) => {
    const { tools, agent } = await start(() => deed);
    await expect(tools.call(write)).rejects.toMatchObject({
      code: 'hook-tool-outcome-unknown',
      tool: 'status-set',
      message: expect.stringContaining(why),
    });
    await expect(tools.call(write)).rejects.toMatchObject({ code: 'hook-tool-unavailable' });
    expect(agent.requests).toHaveLength(1);
  });

  it('has an unknown outcome when the agent leaves in the middle of its answer', async () => {
    const { tools } = await start(() => ({ bytes: strayAnswer.subarray(0, 50), leave: true }));
    await expect(tools.call(write)).rejects.toMatchObject({ code: 'hook-tool-outcome-unknown' });
  });

  it('that only reads is unavailable when the agent leaves', async () => {
    const { tools } = await start(() => 'close');
    await expect(tools.call(read)).rejects.toMatchObject({
      code: 'hook-tool-unavailable',
      tool: 'config-get',
    });
  });

  it('is dropped when it answers after its caller has given up', async () => {
    const late = new Gate();
    const { tools, agent } = await start(async ({ CommandName }) => {
      if (CommandName === 'status-set') await late.opened;
      return { stdout: CommandName };
    });
    const controller = new AbortController();
    const given = tools.call(write, { signal: controller.signal });
    await expect.poll(() => agent.requests.length).toBe(1);
    controller.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    const next = tools.call(read);
    late.open();
    await expect(next).resolves.toMatchObject({ stdout: 'config-get' });
  });

  it('ends when its caller gives up, also before its turn, and is then never sent', async () => {
    const { tools, agent } = await start(() => 'nothing');
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [tools.call(write, { signal }), tools.call(read, { signal })];
    await expect.poll(() => agent.requests.length).toBe(1);
    controller.abort();
    await Promise.all(
      calls.map((call) => expect(call).rejects.toMatchObject({ name: 'AbortError' })),
    );
    await expect(tools.call(write, { signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(agent.requests).toHaveLength(1);
  });

  it('lets go of the connection when the tools are closed', async () => {
    const { tools, agent } = await start(() => 'nothing');
    const call = tools.call(read);
    await expect.poll(() => agent.open.size).toBe(1);
    await tools.close();
    await expect(call).rejects.toMatchObject({ code: 'hook-tool-unavailable' });
    await expect.poll(() => agent.open.size).toBe(0);
  });

  it('may be on an abstract address', async () => {
    const name = `\0charmwright-test-${process.pid}`;
    agent = new ScriptedAgent(() => ({ stdout: 'yes' }));
    await agent.listen(name);
    tools = await AgentSocketHookTools.connect({ path: name, contextId: 'a', token: '' });
    await expect(tools.call(read)).resolves.toMatchObject({ stdout: 'yes' });
  });
});
