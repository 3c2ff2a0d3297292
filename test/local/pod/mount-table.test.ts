import { expect, it } from 'vitest';
import { isWithin, mountsWithin, parseMountTable } from '../../../src/local/pod/mount-table.ts';

const text = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:21 / /proc rw,nosuid,nodev shared:5 - proc proc rw
24 22 0:22 / /mnt/with\\040space ro master:3 propagate_from:2 - tmpfs tmpfs rw
25 22 0:23 / /mnt/with\\040space rw,nodev - ext4 /dev/vdb rw
not a mount
`;

it('reads mount points, types and flags, whatever optional fields there are', () => {
  const table = parseMountTable(text);
  expect(table.map(({ mountPoint, type }) => [mountPoint, type])).toEqual([
    ['/', 'ext4'],
    ['/proc', 'proc'],
    ['/mnt/with space', 'ext4'],
  ]);
  expect(table[1]?.flags).toEqual(['rw', 'nosuid', 'nodev']);
});

it('takes the later of two file systems at one place', () => {
  const [found] = mountsWithin(parseMountTable(text), '/mnt');
  expect(found).toEqual({ mountPoint: '/mnt/with space', type: 'ext4', flags: ['rw', 'nodev'] });
});

it('does not take a directory for the parent of one whose name only begins alike', () => {
  expect(isWithin('/var/library', '/var/lib')).toBe(false);
  expect(isWithin('/var/lib', '/var/lib')).toBe(true);
  expect(isWithin('/var/lib/x', '/')).toBe(true);
});
