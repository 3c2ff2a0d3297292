import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnknownPodIsolationError } from '../../../src/local/pod/errors.ts';
import { openPodHost } from '../../../src/local/pod/open-pod-host.ts';

describe('opening a pod host', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pods-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('takes the isolation that CHARMWRIGHT_POD asks for', async () => {
    const host = await openPodHost({ folder, env: { CHARMWRIGHT_POD: 'mapped' } });
    expect(host).toMatchObject({ isolation: 'mapped', network: 'machine', address: '127.0.0.1' });
    expect(host.account).toContain('as asked');
  });

  it('refuses a word that is no isolation, and says which words are', async () => {
    const opening = openPodHost({ folder, env: { CHARMWRIGHT_POD: 'docker' } });
    await expect(opening).rejects.toThrow(UnknownPodIsolationError);
    await expect(opening).rejects.toThrow('namespaces, user-namespace or mapped');
  });

  it('lets other users pass through the folder, because workloads are other users', async () => {
    await openPodHost({ folder, isolation: 'mapped' });
    expect((await stat(folder)).mode & 0o777).toBe(0o711);
  });
});
