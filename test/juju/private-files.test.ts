import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withPrivateFiles } from '../../src/juju/private-files.ts';

const texts = { one: 'hunter2', two: 'é水🦀' };

describe('files for a tool', () => {
  it('are there while it works, for this user alone, and gone when it has ended', async () => {
    const folder = await withPrivateFiles(texts, async (paths) => {
      expect([...paths.keys()]).toEqual(['one', 'two']);
      expect([...paths.values()].map((path) => readFileSync(path, 'utf8'))).toEqual([
        'hunter2',
        'é水🦀',
      ]);
      const where = dirname(paths.get('one')!);
      expect(statSync(where).mode & 0o777).toBe(0o700);
      for (const path of paths.values()) expect(statSync(path).mode & 0o777).toBe(0o600);
      return await Promise.resolve(where);
    });
    expect(existsSync(folder)).toBe(false);
  });

  it('are gone when it fails', async () => {
    let folder = '';
    const failing = withPrivateFiles(texts, async (paths) => {
      folder = dirname(paths.get('one')!);
      expect(readdirSync(folder)).toHaveLength(2);
      throw await Promise.resolve(new Error('refused'));
    });
    await expect(failing).rejects.toThrow('refused');
    expect(existsSync(folder)).toBe(false);
  });

  it('are gone when the process exits meanwhile, and leave no listener for that', async () => {
    const before = process.listeners('exit');
    const added = (): NodeJS.ExitListener[] =>
      process.listeners('exit').filter((each) => !before.includes(each));
    const folders: string[] = [];
    let exit: (() => void) | undefined;
    const exiting = new Promise<void>((resolve) => {
      exit = resolve;
    });
    const works = Array.from({ length: 3 }, async () =>
      withPrivateFiles(texts, async (paths) => {
        folders.push(dirname(paths.get('one')!));
        if (folders.length === 3) exit?.();
        await exiting;
      }),
    );
    await exiting;
    const [listener, ...others] = added();
    expect(others).toEqual([]);
    listener?.(0);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, false, false]);
    await Promise.all(works);
    expect(added()).toEqual([]);
  });
});
