import { describe, expect, it } from 'vitest';
import { NamespaceCommands } from '../../../src/local/pod/namespace-commands.ts';

const tools = {
  nsenter: 'nsenter',
  unshare: 'unshare',
  setpriv: 'setpriv',
  mount: 'mount',
  pivot_root: 'pivot_root',
  ip: 'ip',
  env: 'env',
  sh: 'sh',
};

const root = new NamespaceCommands(tools, { inUserNamespace: false, ownNetwork: true });
const user = new NamespaceCommands(tools, { inUserNamespace: true, ownNetwork: true });

describe('commands of root', () => {
  it('give root away for another identity', () => {
    expect(root.as({ uid: 101, gid: 104 }, ['id'])).toEqual([
      'setpriv',
      '--reuid=101',
      '--regid=104',
      '--clear-groups',
      '--',
      'id',
    ]);
  });

  it('ask for their own death after the identity has changed, which would forget it', () => {
    const words = root.inContainer(7, { pod: 7, cwd: '/', identity: { uid: 1, gid: 1 } }, ['id']);
    expect(words.indexOf('--pdeathsig=KILL')).toBeGreaterThan(words.indexOf('--reuid=1'));
  });

  it('make a pod whose first process ends with whoever made it', () => {
    const words = root.makePod(5, ['sh']);
    expect(words.slice(0, 2)).toEqual(['setpriv', '--pdeathsig=KILL']);
    expect(words).toContain('--kill-child');
    expect(words).toContain('--propagation=private');
  });
});

describe('commands of an ordinary user', () => {
  it('wear a mask for another identity', () => {
    expect(user.as({ uid: 101, gid: 104 }, ['id'])).toEqual([
      'unshare',
      '--user',
      '--map-user=101',
      '--map-group=104',
      '--',
      'id',
    ]);
  });

  it("enter a container through the pod's user namespace, not through the workload's mask", () => {
    const words = user.inContainer(9, { pod: 7, cwd: '/' }, ['id']);
    expect(words).toContain('--user=/proc/7/ns/user');
    expect(words).toContain('--target=9');
  });
});

it("leaves the machine's network alone when pods have none of their own", () => {
  const shared = new NamespaceCommands(tools, { inUserNamespace: false, ownNetwork: false });
  expect(shared.makePod(5, ['sh'])).not.toContain('--net');
  expect(shared.onNetwork(5, ['psql'])).toEqual(['psql']);
});
