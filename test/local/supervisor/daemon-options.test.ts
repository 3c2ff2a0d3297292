import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { parseDaemonOptions } from '../../../src/local/supervisor/daemon-options.ts';
import { readLayerFolder } from '../../../src/local/supervisor/layer-folder.ts';

test('mapped folders make an ordinary user keep what they are', () => {
  const args = ['--socket', '/s', '--map', '/var/lib=/tmp/pod'];
  expect(parseDaemonOptions(args, false)).toMatchObject({
    mappings: [{ from: '/var/lib', to: '/tmp/pod' }],
    keepUser: true,
    hold: false,
  });
  expect(parseDaemonOptions(args, true)).toMatchObject({ keepUser: false });
});

test.each([
  [['--layers', '/l'], /no --socket was given/],
  [['--socket', '/s', '--map', 'x=/y'], /not two absolute paths/],
  [['--socket', '/s', '--nope'], /Unknown option/],
])('%j is refused with what to use', (args, message) => {
  expect(() => parseDaemonOptions(args, false)).toThrow(message);
});

test('a folder of layers is read by number, sub-folders included', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'layers-'));
  try {
    await mkdir(join(folder, '002-extra.d'));
    await writeFile(join(folder, '002-extra.d', '001-one.yaml'), 'a');
    await writeFile(join(folder, '001-base.yaml'), 'b');
    await writeFile(join(folder, 'README'), 'not a layer');
    expect(await readLayerFolder(folder)).toEqual([
      { order: 1000, label: 'base', text: 'b' },
      { order: 2001, label: 'extra/one', text: 'a' },
    ]);
    await writeFile(join(folder, '003-base.yaml'), 'c');
    await expect(readLayerFolder(folder)).rejects.toMatchObject({ code: 'layer-folder' });
    expect(await readLayerFolder(join(folder, 'missing'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
