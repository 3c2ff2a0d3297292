import { describe, expect, it } from 'vitest';
import {
  planRoot,
  type Machine,
  type MachineEntry,
  type OverlayUse,
  type RootAct,
  type RootPlanOptions,
} from '../../../src/local/pod/root-plan.ts';

const tree: Record<string, readonly MachineEntry[]> = {
  '/': [
    { name: 'bin', kind: 'link', target: 'usr/bin' },
    { name: 'dev', kind: 'directory' },
    { name: 'etc', kind: 'directory' },
    { name: 'home', kind: 'directory' },
    { name: 'proc', kind: 'directory' },
    { name: 'srv', kind: 'directory' },
    { name: 'sys', kind: 'directory' },
    { name: 'swapfile', kind: 'file' },
    { name: 'tmp', kind: 'directory' },
    { name: 'usr', kind: 'directory' },
    { name: 'var', kind: 'directory' },
  ],
  '/var': [
    { name: 'cache', kind: 'directory' },
    { name: 'lib', kind: 'directory' },
    { name: 'run', kind: 'link', target: '/run' },
  ],
  '/var/lib': [
    { name: 'dpkg', kind: 'directory' },
    { name: 'note.txt', kind: 'file' },
    { name: 'postgresql', kind: 'directory' },
  ],
};

const machine: Machine = {
  mounts: [
    { mountPoint: '/', type: 'ext4', flags: ['rw', 'relatime'] },
    { mountPoint: '/sys', type: 'sysfs', flags: ['rw', 'nosuid', 'noexec'] },
    { mountPoint: '/usr/local', type: 'ext4', flags: ['rw', 'nodev'] },
  ],
  list: (directory) => tree[directory] ?? [],
};

const folder = '/srv/deployment/pod';

function plan(overlay: OverlayUse, changes: Partial<RootPlanOptions> = {}): readonly RootAct[] {
  return planRoot(machine, {
    folder,
    overlays: `${folder}/overlays`,
    fresh: [
      { path: '/home', source: `${folder}/fresh/home` },
      { path: '/tmp', source: `${folder}/fresh/tmp` },
      { path: '/var/lib/juju', source: `${folder}/fresh/var/lib/juju` },
      { path: '/var/lib/postgresql', source: `${folder}/fresh/var/lib/postgresql` },
    ],
    files: [{ path: '/etc/hosts', source: `${folder}/files/etc/hosts` }],
    kept: [],
    overlay,
    ...changes,
  });
}

const pathsOf = (acts: readonly RootAct[], act: RootAct['act']): readonly string[] =>
  acts.filter((one) => one.act === act).map(({ path }) => path);

describe.each(['all', 'plain', 'none'] as const)('a root plan with %s overlays', (overlay) => {
  const acts = plan(overlay);

  it('shows nothing of the machine writable, except devices', () => {
    const writable = acts.flatMap((act) =>
      act.act === 'bind' && !act.source.startsWith(folder) ? [act.path] : [],
    );
    const closed = new Set(pathsOf(acts, 'read-only'));
    expect(writable.filter((path) => !closed.has(path) && !path.startsWith('/dev/'))).toEqual([]);
  });

  it('closes each directory of the machine right after it is shown', () => {
    const shown = [...acts.entries()].flatMap(([index, act]) =>
      act.act === 'bind' && act.source === act.path && !act.path.startsWith('/dev/')
        ? [{ path: act.path, next: acts[index + 1] }]
        : [],
    );
    expect(shown).not.toEqual([]);
    for (const { path, next } of shown) {
      expect(next).toMatchObject({ act: 'read-only', path });
    }
  });

  it("puts the pod's own directories in place of the machine's", () => {
    const shown = acts.flatMap((act) => (act.act === 'bind' ? [[act.path, act.source]] : []));
    expect(shown).toContainEqual(['/tmp', `${folder}/fresh/tmp`]);
    expect(shown).toContainEqual(['/var/lib/postgresql', `${folder}/fresh/var/lib/postgresql`]);
    expect(shown).not.toContainEqual(['/var/lib/postgresql', '/var/lib/postgresql']);
    expect(shown).not.toContainEqual(['/home', '/home']);
  });

  it('keeps the links at the top and leaves the files there out', () => {
    expect(acts).toContainEqual({ act: 'link', path: '/bin', target: 'usr/bin' });
    expect(acts.some(({ path }) => path === '/swapfile')).toBe(false);
  });

  it("shows only harmless devices of the machine's", () => {
    const devices = acts.flatMap((act) =>
      act.act === 'bind' && act.path.startsWith('/dev/') ? [act.path] : [],
    );
    expect(devices.toSorted()).toEqual(
      ['full', 'null', 'random', 'tty', 'urandom', 'zero'].map((name) => `/dev/${name}`),
    );
  });

  it('keeps the flags that a user namespace may not take away', () => {
    expect(acts).toContainEqual({
      act: 'read-only',
      path: '/sys',
      flags: ['nosuid', 'noexec'],
      optional: true,
    });
  });

  it("never lays an overlay over the directory that holds the pod's folder", () => {
    expect(pathsOf(acts, 'overlay')).not.toContain('/srv');
  });
});

describe('a root plan', () => {
  it('lets everything be written by copying where the kernel allows it', () => {
    expect(pathsOf(plan('all'), 'overlay')).toEqual(['/etc', '/usr', '/var']);
  });

  it('builds parents of fresh directories by hand where they cannot be copied', () => {
    const acts = plan('plain');
    expect(pathsOf(acts, 'overlay')).toEqual(['/etc', '/usr']);
    expect(pathsOf(acts, 'directory')).toEqual(expect.arrayContaining(['/var', '/var/lib']));
    expect(acts).toContainEqual({ act: 'link', path: '/var/run', target: '/run' });
    expect(acts).toContainEqual({ act: 'empty-file', path: '/var/lib/note.txt' });
  });

  it('shows a file system below an overlay again, because the overlay hides it', () => {
    const acts = plan('all');
    const overlay = acts.findIndex((act) => act.act === 'overlay' && act.path === '/usr');
    const below = acts.findIndex((act) => act.act === 'bind' && act.path === '/usr/local');
    expect(below).toBeGreaterThan(overlay);
  });

  it('shows kept directories even below fresh ones', () => {
    const acts = plan('all', { kept: ['/home/me/charmwright', '/usr/bin'] });
    const home = acts.findIndex((act) => act.act === 'bind' && act.path === '/home');
    const kept = acts.findIndex((act) => act.act === 'bind' && act.path === '/home/me/charmwright');
    expect(kept).toBeGreaterThan(home);
    expect(acts[kept + 1]).toMatchObject({ act: 'read-only', path: '/home/me/charmwright' });
    expect(acts.some((act) => act.act === 'bind' && act.path === '/usr/bin')).toBe(false);
  });

  it('binds outer fresh directories before those within them', () => {
    const acts = plan('none', {
      fresh: [
        { path: '/charm/containers/web', source: `${folder}/sockets/web` },
        { path: '/charm', source: `${folder}/fresh/charm` },
      ],
    });
    const bound = acts.flatMap((act) =>
      act.act === 'bind' && act.source.startsWith(folder) ? [act.path] : [],
    );
    expect(bound).toEqual(['/charm', '/charm/containers/web']);
  });
});
