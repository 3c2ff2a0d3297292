import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCharmMeta } from '../../../src/charm/files/read-charm-meta.ts';
import type { AgentPod } from '../../../src/local/agent/agent-folders.ts';
import { ActionUnavailableError } from '../../../src/local/agent/errors.ts';
import { ResourceFiles } from '../../../src/local/agent/resource-files.ts';
import { UnitAgent } from '../../../src/local/agent/unit-agent.ts';
import type { JujuEvent } from '../../../src/simulator/juju-event.ts';
import { SimulatedJuju } from '../../../src/simulator/simulated-juju.ts';

const files = {
  'metadata.yaml':
    'name: app\nsummary: s\ndescription: d\npeers:\n  friends:\n    interface: friends\n',
  'config.yaml': 'options:\n  greeting:\n    type: string\n    default: hello\n',
  'actions.yaml':
    'backup:\n  params:\n    target:\n      type: string\n      default: disk\n  required: []\n',
};

let folder: string;
let juju: SimulatedJuju;
let agent: UnitAgent;
let events: JujuEvent[];

/** A pod whose charm container is a folder of this machine. */
function plainPod(root: string): AgentPod {
  return {
    charmEnvironment: {},
    charmPath: (path) => join(root, path),
    hostPath: (_container, path) => join(root, path),
    dispatchCommand: ([command = '', ...args], { env = {}, cwd = '/' } = {}) => ({
      command,
      args,
      env,
      cwd,
    }),
  };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unit-agent-'));
  events = [];
  juju = new SimulatedJuju();
  juju.subscribe((event) => events.push(event));
});

afterEach(async () => {
  await agent.close();
  rmSync(folder, { recursive: true });
});

/** Deploys a charm whose dispatch is this shell script. */
async function deploy(script: string | undefined): Promise<void> {
  const charm = join(folder, 'charm');
  mkdirSync(charm);
  writeFileSync(join(charm, 'metadata.yaml'), files['metadata.yaml']);
  if (script !== undefined) {
    writeFileSync(join(charm, 'dispatch'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const app = juju.addApplication('app', await readCharmMeta(files));
  const unit = app.addUnit({ address: '10.1.0.1' });
  agent = new UnitAgent({
    unit,
    pod: plainPod(join(folder, 'pod')),
    containers: [],
    charmDir: charm,
    resources: new ResourceFiles(join(folder, 'resources')),
    onResource: (name, path) => {
      app.attachResource(name, path);
    },
  });
  await agent.install();
}

function logged(level: string): string[] {
  return events.flatMap((event) =>
    event.type === 'log' && event.level === level ? [event.message] : [],
  );
}

describe('the unit agent', () => {
  it('runs the hooks of a fresh unit in Juju’s order, each as one process', async () => {
    await deploy('echo "$JUJU_DISPATCH_PATH $# $(cat)" >> "$CHARM_DIR/seen"');
    const reports = [];
    for (let report = await agent.runNextHook(); report; report = await agent.runNextHook()) {
      reports.push(report);
    }
    const hooks = [
      'install',
      'friends-relation-created',
      'leader-elected',
      'config-changed',
      'start',
    ];
    expect(reports.map(({ hook }) => hook)).toEqual(hooks);
    expect(reports).toMatchObject(hooks.map(() => ({ outcome: 'committed', attempt: 1 })));
    expect(readFileSync(join(agent.charmFolder, 'seen'), 'utf8')).toBe(
      hooks.map((hook) => `hooks/${hook} 0 \n`).join(''),
    );
  });

  it('gives the process Juju’s environment and nothing of its own', async () => {
    process.env['LEAKED'] = 'secret';
    await deploy('env > env; pwd > cwd');
    await agent.runNextHook();
    delete process.env['LEAKED'];
    const lines = readFileSync(join(agent.charmFolder, 'env'), 'utf8').split('\n');
    const names = new Set(lines.map((line) => line.split('=')[0]));
    expect(names).toContain('JUJU_CONTEXT_ID');
    expect(lines).toContain('JUJU_HOOK_NAME=install');
    for (const name of ['LEAKED', 'HOME', 'USER', 'TMPDIR', 'NODE_OPTIONS']) {
      expect(names).not.toContain(name);
    }
    expect(readFileSync(join(agent.charmFolder, 'cwd'), 'utf8')).toBe(`${agent.charmFolder}\n`);
  });

  it('answers hook tools, with stdin and with files', async () => {
    await deploy(`
      test "$JUJU_HOOK_NAME" = friends-relation-created || exit 0
      status-set active "greeting is $(config-get greeting)"
      juju-log --log-level WARNING -- '--two
lines'
      printf '%s' '{"from": "stdin"}' | relation-set --file -
      echo 'also: file' > bag && relation-set --file bag
      relation-get --format=json - "$JUJU_UNIT_NAME" -o written`);
    await agent.runNextHook();
    expect(await agent.runNextHook()).toMatchObject({ outcome: 'committed', toolCalls: 6 });
    expect(juju.unit('app/0').status).toMatchObject({
      status: 'active',
      message: 'greeting is hello',
    });
    expect(logged('WARNING').join('\n')).toContain('--two\nlines');
    expect(juju.relations[0]?.data('app/0')).toMatchObject({ from: 'stdin', also: 'file' });
    const written: unknown = JSON.parse(readFileSync(join(agent.charmFolder, 'written'), 'utf8'));
    expect(written).toMatchObject({ from: 'stdin', also: 'file' });
  });

  it('logs stdout at DEBUG and stderr at WARNING, cut at 4096 bytes', async () => {
    await deploy(`echo out; echo err >&2; printf 'unfinished'
      head -c 10000 /dev/zero | tr '\\0' x >&2`);
    await agent.runNextHook();
    expect(logged('DEBUG')).toEqual(['out', 'unfinished']);
    expect(logged('WARNING')).toEqual(['err', ...[4096, 4096, 1808].map((n) => 'x'.repeat(n))]);
  });

  it('does not wait for the output of a child that outlives the dispatch', async () => {
    await deploy('echo now; (sleep 30; echo late) & echo $! > child');
    const report = await agent.runNextHook();
    expect(report).toMatchObject({ outcome: 'committed' });
    expect(report?.duration).toBeLessThan(5_000);
    expect(logged('DEBUG')).toEqual(['now']);
    process.kill(Number(readFileSync(join(agent.charmFolder, 'child'), 'utf8')), 'SIGKILL');
  });

  it('drops what a failing hook wrote, and runs it again with a new context', async () => {
    await deploy(`
      test "$JUJU_HOOK_NAME" = friends-relation-created || exit 0
      echo "$JUJU_CONTEXT_ID" >> contexts
      relation-set tried=yes
      test "$(wc -l < contexts)" -ge 2`);
    await agent.runNextHook();
    expect(await agent.runNextHook()).toMatchObject({
      outcome: 'failed',
      reason: 'exit status 1',
      attempt: 1,
    });
    expect(juju.relations[0]?.data('app/0')).not.toHaveProperty('tried');
    expect(juju.unit('app/0').status.message).toBe('hook failed: "friends-relation-created"');
    expect(await agent.runNextHook()).toMatchObject({ outcome: 'committed', attempt: 2 });
    expect(juju.relations[0]?.data('app/0')).toMatchObject({ tried: 'yes' });
    const contexts = readFileSync(join(agent.charmFolder, 'contexts'), 'utf8').split('\n');
    expect(new Set(contexts).size).toBe(3);
  });

  it('takes a lost leadership at commit for a failure', async () => {
    await deploy(`
      test "$JUJU_HOOK_NAME" = config-changed || exit 0
      relation-set -r 0 --app who=leader && touch wrote
      while [ ! -e go ]; do sleep 0.01; done`);
    for (let hook = 0; hook < 3; hook += 1) await agent.runNextHook();
    const report = agent.runNextHook();
    await expect.poll(() => readFileSync(join(agent.charmFolder, 'wrote'), 'utf8')).toBe('');
    juju.application('app').setLeader(undefined);
    writeFileSync(join(agent.charmFolder, 'go'), '');
    expect(await report).toMatchObject({ outcome: 'failed', hook: 'config-changed' });
  });

  it.for(['TERM', 'KILL'])('queues a hook again that SIG%s ended', async (signal) => {
    await deploy(`test -e again && exit 0; touch again; kill -${signal} $$`);
    expect(await agent.runNextHook()).toMatchObject({ hook: 'install', outcome: 'requeued' });
    expect(juju.unit('app/0').failed).toBeUndefined();
    expect(await agent.runNextHook()).toMatchObject({ hook: 'install', outcome: 'committed' });
  });

  it('fails a hook that another signal ended', async () => {
    await deploy('kill -SEGV $$');
    expect(await agent.runNextHook()).toMatchObject({
      outcome: 'failed',
      reason: 'killed by SIGSEGV',
    });
  });

  it('runs hooks/<name> where there is no dispatch, and skips a hook that has no file', async () => {
    await deploy(undefined);
    mkdirSync(join(agent.charmFolder, 'hooks'));
    const hook = join(agent.charmFolder, 'hooks', 'leader-elected');
    writeFileSync(hook, '#!/bin/sh\necho legacy\n', { mode: 0o755 });
    const outcomes = [];
    for (let index = 0; index < 3; index += 1) outcomes.push((await agent.runNextHook())?.outcome);
    expect(outcomes).toEqual(['skipped', 'skipped', 'committed']);
    expect(logged('DEBUG')).toContain('legacy');
  });

  it('fails a hook whose dispatch is not executable, or whose charm is gone', async () => {
    await deploy('exit 0');
    chmodSync(join(agent.charmFolder, 'dispatch'), 0o644);
    expect(await agent.runNextHook()).toMatchObject({
      outcome: 'failed',
      reason: 'dispatch is not executable',
    });
    rmSync(join(agent.charmFolder, 'metadata.yaml'));
    expect(await agent.runNextHook()).toMatchObject({
      outcome: 'failed',
      reason: 'charm missing from disk',
    });
  });

  it('runs an action as a process with Juju’s variables, and gives what it set and printed', async () => {
    await deploy(`
      case $JUJU_DISPATCH_PATH in actions/*) ;; *) exit 0 ;; esac
      env > env
      action-log "to $(action-get target)"
      action-set backup.size=3 backup.where="$(action-get target)"
      relation-set -r 0 backed-up=yes
      echo out; printf '\\377' >&2`);
    await expect(agent.runAction('backup')).rejects.toThrow(ActionUnavailableError);
    await agent.runNextHook();
    await agent.runNextHook();
    const result = await agent.runAction('backup', { target: 'tape' });
    expect(result).toMatchObject({ action: 'backup', status: 'completed', log: ['to tape'] });
    expect(result.results).toEqual({
      backup: { size: '3', where: 'tape' },
      'return-code': 0,
      stdout: 'out\n',
      stderr: '/w==',
      'stderr-encoding': 'base64',
    });
    expect(logged('DEBUG')).toContain('out');
    expect(juju.relations[0]?.data('app/0')).toMatchObject({ 'backed-up': 'yes' });
    const lines = readFileSync(join(agent.charmFolder, 'env'), 'utf8').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'JUJU_ACTION_NAME=backup',
        `JUJU_ACTION_UUID=${result.id}`,
        `JUJU_ACTION_TAG=action-${result.id}`,
        'JUJU_HOOK_NAME=',
        'JUJU_DISPATCH_PATH=actions/backup',
      ]),
    );
  });

  it.for([
    ['exit 4', 'exit status 4', 4],
    ['kill -SEGV $$', 'killed by SIGSEGV', -1],
  ] as const)(
    'fails an action that ends by %s, and drops what it wrote',
    async ([end, message, code]) => {
      await deploy(`test -n "$JUJU_ACTION_NAME" || exit 0
      action-set kept=yes; action-fail 'my own words'; relation-set -r 0 lost=yes; ${end}`);
      await agent.runNextHook();
      await agent.runNextHook();
      const result = await agent.runAction('backup');
      expect(result).toMatchObject({ status: 'failed', message });
      expect(result.results).toEqual({ kept: 'yes', 'return-code': code });
      expect(juju.relations[0]?.data('app/0')).not.toHaveProperty('lost');
      expect(juju.unit('app/0').failed).toBeUndefined();
    },
  );

  it('fails an action in the charm’s own words, and keeps what it wrote', async () => {
    await deploy(`test -n "$JUJU_ACTION_NAME" || exit 0
      action-fail 'no space'; relation-set -r 0 kept=yes`);
    await agent.runNextHook();
    await agent.runNextHook();
    const result = await agent.runAction('backup');
    expect(result).toMatchObject({ status: 'failed', message: 'no space' });
    expect(result.results).toEqual({ 'return-code': 0 });
    expect(juju.relations[0]?.data('app/0')).toMatchObject({ kept: 'yes' });
  });

  it('runs an action while the unit is in error, and leaves it there', async () => {
    await deploy('test -n "$JUJU_ACTION_NAME"');
    await agent.runNextHook();
    expect(await agent.runAction('backup')).toMatchObject({ status: 'completed' });
    expect(juju.unit('app/0').failed).toMatchObject({ attempts: 1 });
  });

  it('fails an action that the charm has no program for, without running anything', async () => {
    await deploy(undefined);
    await agent.runNextHook();
    const result = await agent.runAction('backup');
    const message = 'action not implemented on unit "app/0"';
    expect(result).toMatchObject({ status: 'failed', message, results: {} });
  });

  it('refuses an action that the charm lacks, and parameters of another type', async () => {
    await deploy('exit 0');
    await agent.runNextHook();
    await expect(agent.runAction('restore')).rejects.toThrow(/restore/);
    await expect(agent.runAction('backup', { target: 3 })).rejects.toThrow(/target/);
  });

  it('runs an action after the hook that runs when it is asked for', async () => {
    await deploy(`
      test -n "$JUJU_ACTION_NAME" && { echo action >> order; exit 0; }
      test "$JUJU_HOOK_NAME" = install || exit 0
      test -e again && { while [ ! -e go ]; do sleep 0.01; done; echo hook >> order; exit 0; }
      touch again; exit 1`);
    await agent.runNextHook();
    const hook = agent.runNextHook();
    const action = agent.runAction('backup');
    writeFileSync(join(agent.charmFolder, 'go'), '');
    await Promise.all([hook, action]);
    expect(readFileSync(join(agent.charmFolder, 'order'), 'utf8')).toBe('hook\naction\n');
  });

  it('kills the running hook, and what it started, when it is closed', async () => {
    await deploy('sleep 60 & echo $! > child.new; mv child.new child; wait');
    const report = agent.runNextHook();
    const child = join(agent.charmFolder, 'child');
    await expect.poll(() => readFileSync(child, 'utf8')).toMatch(/\d/);
    const pid = readFileSync(child, 'utf8').trim();
    await agent.close();
    expect(await report).toMatchObject({ outcome: 'requeued' });
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(await agent.runNextHook()).toBeUndefined();
  });
});

/** Whether a process runs; one that waits to be reaped does not. */
function isAlive(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
