import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  deploy,
  HookFailedError,
  WorkFolderError,
  type LocalModel,
} from '../../src/local/index.ts';
import { PebbleClient, UnixSocketTransport } from '../../src/pebble/index.ts';
import { findLeftovers } from '../support/leftovers.ts';

const isolations = (['namespaces', 'user-namespace', 'mapped'] as const).filter(
  (isolation) => isolation === 'mapped' || canIsolate(isolation),
);

let folder: string;
let charmDir: string;
let model: LocalModel | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  charmDir = join(folder, 'charm');
  mkdirSync(charmDir);
});

afterEach(async () => {
  await model?.dispose();
  model = undefined;
  rmSync(folder, { recursive: true });
});

function canIsolate(isolation: string): boolean {
  const needsRoot = isolation === 'namespaces' ? process.getuid?.() === 0 : true;
  const user = isolation === 'namespaces' ? [] : ['--user', '--map-root-user'];
  return needsRoot && spawnSync('unshare', [...user, '--net', '--mount', 'true']).status === 0;
}

function writeCharm(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(charmDir, name, '..'), { recursive: true });
    writeFileSync(join(charmDir, name), text, { mode: name === 'dispatch' ? 0o755 : 0o644 });
  }
}

function workload(): { readonly status: string; readonly message: string } | undefined {
  return model?.status().applications[0]?.units[0]?.workload;
}

describe.for(isolations)('a charm of shell script in a pod by %s', (isolation) => {
  it('is deployed, related, configured and taken down', async () => {
    writeCharm({
      'metadata.yaml':
        'name: shell\nsummary: s\ndescription: d\nrequires:\n  db:\n    interface: sql\n',
      'config.yaml': 'options:\n  greeting:\n    type: string\n    default: hello\n',
      dispatch: `#!/bin/sh
set -e
status-set active "$(config-get greeting), $JUJU_HOOK_NAME"
case $JUJU_HOOK_NAME in
  db-relation-changed) relation-set seen="$(relation-get --app secret "$JUJU_REMOTE_APP")" ;;
esac
`,
    });
    const deployed = await deploy({ charmDir, isolation });
    model = deployed;
    expect(deployed.pod.isolation).toBe(isolation);
    const hooks = (await deployed.settle()).map(({ hook }) => hook);
    expect(hooks).toEqual(['install', 'leader-elected', 'config-changed', 'start']);

    const relation = deployed.relate('db', { name: 'sql', data: { secret: "it's\n2 lines" } });
    await deployed.settle();
    expect(relation.data('shell/0')).toMatchObject({ seen: "it's\n2 lines" });

    deployed.setConfig({ greeting: 'good day' });
    await deployed.settle();
    expect(workload()).toMatchObject({ status: 'active', message: 'good day, config-changed' });
    await deployed.settle();
    deployed.requestUpdateStatus();
    expect((await deployed.settle()).map(({ hook }) => hook)).toEqual(['update-status']);

    deployed.removeRelation(relation);
    const last = (await deployed.settle()).map(({ hook }) => hook);
    expect(last).toEqual(['db-relation-departed', 'db-relation-broken']);

    await deployed.dispose();
    expect(findLeftovers(deployed.folder)).toEqual({ processes: [], mounts: [] });
    expect(existsSync(deployed.folder)).toBe(false);
  });
});

describe.for(isolations)('a workload in a pod by %s', (isolation) => {
  it('is heard through its Pebble, and has storage that the charm adds while it runs', async () => {
    writeCharm({
      'metadata.yaml': `name: shell
summary: s
description: d
containers:
  web:
    mounts:
      - {storage: data, location: /srv}
storage:
  data: {type: filesystem, location: /data, multiple: {range: 0-2}}
`,
      dispatch: `#!/bin/sh
set -e
case $JUJU_HOOK_NAME in
  install) storage-add data ;;
  data-storage-attached) echo "$JUJU_STORAGE_ID" > "$JUJU_STORAGE_LOCATION/id" ;;
  web-pebble-custom-notice) status-set active "$JUJU_NOTICE_KEY" ;;
esac
`,
    });
    const deployed = await deploy({ charmDir, isolation });
    model = deployed;
    const hooks = async (): Promise<string[]> =>
      (await deployed.settle({ attempts: 1 })).map(({ hook }) => hook);
    expect(await hooks()).toContain('data-storage-attached');
    const stored = async (id: string): Promise<string> =>
      (await deployed.exec('web', ['cat', deployed.pod.containerPath('web', `/srv/${id}/id`)]))
        .stdout;
    expect(await stored('data/0')).toBe('data/0\n');
    deployed.addStorage('data');

    const socket = deployed.pod.hostPath('charm', '/charm/containers/web/pebble.socket');
    const pebble = new PebbleClient(new UnixSocketTransport(socket));
    await pebble.notify('example.com/done');
    await pebble.close();
    expect((await hooks()).toSorted()).toEqual([
      'data-storage-attached',
      'web-pebble-custom-notice',
    ]);
    expect(workload()?.message).toBe('example.com/done');
    expect(await hooks()).toEqual([]);

    await deployed.replacePod();
    expect(await hooks()).not.toContain('web-pebble-custom-notice');
    expect(await stored('data/0')).toBe('data/0\n');
    expect(await stored('data/1')).toBe('data/1\n');
  });
});

describe.for(isolations.filter((isolation) => isolation !== 'mapped'))(
  'a container in a pod by %s',
  (isolation) => {
    it('is started again when it dies, and its pebble-ready is due again', async () => {
      writeCharm({
        'metadata.yaml': 'name: shell\nsummary: s\ndescription: d\ncontainers:\n  web: {}\n',
        dispatch: '#!/bin/sh\ntest -S /charm/containers/web/pebble.socket\n',
      });
      const deployed = await deploy({ charmDir, isolation });
      model = deployed;
      const died: string[] = [];
      deployed.on((event) => {
        if (event.type === 'container-died') died.push(event.container);
      });
      const first = await deployed.settle({ attempts: 1 });
      expect(first.map(({ hook }) => hook)).toContain('web-pebble-ready');

      const [, pid] = /^\/proc\/(\d+)\//.exec(deployed.pod.hostPath('web', '/')) ?? [];
      process.kill(Number(pid), 'SIGKILL');
      await expect.poll(() => died).toEqual(['web']);
      const second = await deployed.settle({ attempts: 1 });
      expect(second.map(({ hook }) => hook)).toEqual(['web-pebble-ready']);
    });
  },
);

describe('the local Juju', () => {
  const metadata = 'name: shell\nsummary: s\ndescription: d\n';

  it('gives up on a hook that keeps failing, with its last words', async () => {
    writeCharm({
      'metadata.yaml': metadata,
      dispatch: '#!/bin/sh\necho "tried to $JUJU_HOOK_NAME" >&2\nexit 3\n',
    });
    model = await deploy({ charmDir, retry: { first: 10 } });
    const settled = model.settle({ attempts: 3 });
    await expect(settled).rejects.toThrow(HookFailedError);
    await expect(settled).rejects.toMatchObject({ hook: 'install', attempts: 3 });
    await expect(settled).rejects.toThrow('tried to install');
    expect(workload()?.status).toBe('error');
  });

  it('keeps a folder that it was given, and takes it again', async () => {
    writeCharm({ 'metadata.yaml': metadata, dispatch: '#!/bin/sh\n' });
    const work = join(folder, 'work');
    for (let round = 0; round < 2; round += 1) {
      model = await deploy({ charmDir, folder: work });
      await model.settle();
      await model.dispose();
    }
    expect(readFileSync(join(work, '.charmwright-local'), 'utf8')).toBe('');
  });

  it('refuses a folder that holds something else, or another deployment', async () => {
    writeCharm({ 'metadata.yaml': metadata, dispatch: '#!/bin/sh\n' });
    await expect(deploy({ charmDir, folder: charmDir })).rejects.toThrow(WorkFolderError);
    const inside = join(charmDir, 'work');
    await expect(deploy({ charmDir, folder: inside })).rejects.toThrow(
      /lies in the charm's folder/,
    );
    rmSync(inside, { recursive: true });
    const work = join(folder, 'work');
    model = await deploy({ charmDir, folder: work });
    await expect(deploy({ charmDir, folder: work })).rejects.toThrow(/has a deployment in it/);
  });

  it('refuses a folder without a charm', async () => {
    await expect(deploy({ charmDir })).rejects.toThrow(/there is no metadata.yaml/);
  });
});

const python = '/usr/bin/python3';
const packages = opsPackages();

/** Where Python keeps ops and what it imports; empty when it is not there. */
function opsPackages(): string[] {
  const find = [
    'import importlib.util as u',
    "for m in ('ops', 'yaml', 'websocket', 'opentelemetry', 'typing_extensions', 'importlib_metadata', 'zipp'):",
    '    s = u.find_spec(m)',
    "    print('' if s is None else (s.submodule_search_locations or [s.origin])[0])",
    "assert u.find_spec('ops')",
  ].join('\n');
  const { status, stdout } = spawnSync('python3', ['-c', find], { encoding: 'utf8' });
  if (status !== 0 || spawnSync(python, ['--version']).status !== 0) return [];
  return stdout.split('\n').filter((path) => path !== '');
}

describe.skipIf(packages.length === 0)('a charm on Python’s ops (needs python3 with ops)', () => {
  it('defers, is re-emitted, and runs its workload through Pebble', async () => {
    writeCharm({
      'metadata.yaml':
        'name: snake\nsummary: s\ndescription: d\ncontainers:\n  web: {}\npeers:\n  friends:\n    interface: f\n',
      dispatch: `#!/bin/sh\nPYTHONPATH=venv exec ${python} ./src/charm.py\n`,
      'src/charm.py': `
import ops

class Snake(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        framework.observe(self.on.start, self._start)
        framework.observe(self.on.web_pebble_ready, self._ready)

    def _start(self, event):
        if not self.unit.get_container("web").can_connect():
            self.unit.status = ops.WaitingStatus("no web yet")
            return event.defer()
        self.model.get_relation("friends").data[self.app]["started"] = "at\\nlast"

    def _ready(self, event):
        web = event.workload
        web.push("/srv/deep/hello.txt", "hello", make_dirs=True)
        service = {"override": "replace", "command": "sleep 1000", "startup": "enabled"}
        web.add_layer("web", {"services": {"web": service}}, combine=True)
        web.replan()
        self.unit.status = ops.ActiveStatus(web.get_service("web").current.value)

ops.main(Snake)
`,
    });
    mkdirSync(join(charmDir, 'venv'));
    for (const path of packages) {
      cpSync(path, join(charmDir, 'venv', path.slice(path.lastIndexOf('/') + 1)), {
        recursive: true,
      });
    }
    model = await deploy({ charmDir, holdContainers: true });
    await model.settle({ attempts: 1 });
    expect(workload()).toMatchObject({ status: 'waiting', message: 'no web yet' });
    await model.startContainers();
    await model.settle({ attempts: 1 });
    expect(workload()).toMatchObject({ status: 'active', message: 'active' });
    const hello = readFileSync(model.pod.hostPath('web', '/srv/deep/hello.txt'), 'utf8');
    expect(hello).toBe('hello');

    await model.pod.restartContainer('web');
    const again = await model.settle({ attempts: 1 });
    expect(again.map(({ hook }) => hook)).toEqual(['web-pebble-ready']);
  });
});
