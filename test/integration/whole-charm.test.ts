import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { packCharm } from '../../src/cli/pack.ts';
import { deploy, type LocalEvent, type LocalModel } from '../../src/local/index.ts';
import { CommandLines } from '../support/command-lines.ts';
import { findLeftovers } from '../support/leftovers.ts';

const fixture = resolve(import.meta.dirname, '../fixtures/keeper-charm');
const isolations = (['namespaces', 'user-namespace', 'mapped'] as const).filter(
  (isolation) => isolation === 'mapped' || canIsolate(isolation),
);

let charmDir: string;
let model: LocalModel | undefined;

beforeAll(async () => {
  charmDir = mkdtempSync(join(tmpdir(), 'keeper-'));
  await packCharm({ folder: fixture, entry: join(fixture, 'main.ts'), out: charmDir });
  // No hook and no action succeeds, then, that cannot use the agent's socket.
  const dispatch = join(charmDir, 'dispatch');
  const [shell, ...lines] = readFileSync(dispatch, 'utf8').split('\n');
  const insisting = [shell, 'export CHARMWRIGHT_HOOK_TOOLS=socket', ...lines];
  writeFileSync(dispatch, insisting.join('\n'));
});

afterEach(async () => {
  await model?.dispose();
  model = undefined;
});

afterAll(() => {
  rmSync(charmDir, { recursive: true });
});

function canIsolate(isolation: string): boolean {
  const needsRoot = isolation === 'namespaces' ? process.getuid?.() === 0 : true;
  const user = isolation === 'namespaces' ? [] : ['--user', '--map-root-user'];
  return needsRoot && spawnSync('unshare', [...user, '--net', '--mount', 'true']).status === 0;
}

/** Files below a folder that hold a text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

async function hooksOf(deployed: LocalModel): Promise<string[]> {
  return (await deployed.settle({ attempts: 1 })).map(({ hook }) => hook);
}

describe.for(isolations)('a charm that uses all of its model, in a pod by %s', (isolation) => {
  it('keeps secrets, storage and what it deferred through the end of its pod, by the agent’s socket alone', async () => {
    const commandLines = new CommandLines();
    const deployed = await deploy({ charmDir, isolation });
    model = deployed;
    const events: LocalEvent[] = [];
    deployed.on((event) => events.push(event));
    expect(await hooksOf(deployed)).toContain('vault-storage-attached');

    const list = join(deployed.folder, 'list-of-mine');
    writeFileSync(list, 'two apples\n');
    await deployed.attachResource('list', list);
    const licence = deployed.addSecret({ key: 'hush-hush-licence' });
    licence.grant('keeper');

    const before = deployed.pod;
    await deployed.replacePod();
    expect(deployed.pod).not.toBe(before);
    deployed.setConfig({ licence: licence.uri });
    expect(await hooksOf(deployed)).toEqual([
      'upgrade-charm',
      'config-changed',
      'start',
      'web-pebble-ready',
    ]);
    const again = events.filter(
      (event) => event.type === 'log' && event.message.includes('re-emitting the deferred'),
    );
    expect(again.length).toBeGreaterThan(0);
    const [application] = deployed.status().applications;
    expect(application).toMatchObject({
      version: '1.2.3',
      status: { status: 'active', message: 'for everyone' },
      units: [{ workload: { status: 'active', message: '17 of key, two apples' } }],
    });

    const relation = deployed.relate('client', { name: 'shop', data: { wanted: 'yes' } });
    await deployed.settle({ attempts: 1 });
    const secret = deployed.secrets.find(({ label }) => label === 'client');
    const offer = relation.data('keeper');
    expect(offer).toMatchObject({ secretId: JSON.stringify(secret?.uri), ports: '[80,443]' });
    expect(secret?.grants).toMatchObject([{ target: 'shop' }]);

    secret?.requestRotation();
    expect(await hooksOf(deployed)).toContain('secret-rotate');
    expect(secret?.latestRevision).toBe(2);
    expect(secret?.content(2)?.['password']).toMatch(/^hush-hush-/);
    expect(secret?.content(2)).not.toEqual(secret?.content(1));

    const result = await deployed.runAction('reveal', { unit: 'letters' });
    expect(result).toMatchObject({ status: 'completed', log: ['counting'] });
    expect(result.results).toMatchObject({
      length: { letters: '26' },
      'return-code': 0,
      stdout: 'events',
    });
    const vault = deployed.pod.hostPath('web', '/srv/vault/events');
    expect(readFileSync(vault, 'utf8')).toBe('attached\n');

    const said = events.filter(({ type }) => type === 'log' || type === 'action');
    expect(said.length).toBeGreaterThan(5);
    expect(JSON.stringify(events)).not.toContain('hush-hush');
    expect(commandLines.stop('hush-hush')).toEqual([]);
    expect([...commandLines.seen].filter((line) => line.includes('/dispatch'))).not.toEqual([]);
    for (const content of ['hush-hush-licence', secret?.content(2)?.['password'] ?? '']) {
      expect(filesWith(deployed.folder, content)).toEqual([]);
    }

    await deployed.dispose();
    expect(findLeftovers(deployed.folder)).toEqual({ processes: [], mounts: [] });
    expect(existsSync(deployed.folder)).toBe(false);
  });
});
