import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteWord, rootScript } from '../../../src/local/pod/root-script.ts';

const script = (...acts: Parameters<typeof rootScript>[0]): string =>
  rootScript(acts, { root: '/pods/a b/root', inUserNamespace: false });

describe('a root script', () => {
  it('stops at the first act that fails', () => {
    expect(script().split('\n')[0]).toBe('set -e');
  });

  it('is a script that a shell can read, whatever the paths hold', () => {
    const text = script(
      { act: 'directory', path: "/it's", mode: '1777' },
      { act: 'empty-file', path: '/$HOME' },
      { act: 'link', path: '/l', target: '`id`' },
      { act: 'overlay', path: '/etc', upper: '/p:q,r/upper', work: '/w', flags: ['nosuid'] },
      { act: 'bind', path: '/x;y', source: '/x;y', optional: true },
      { act: 'read-only', path: '/x;y', flags: [] },
      { act: 'replace', path: '/etc/hosts', source: '/f/hosts' },
    );
    expect(() => execFileSync('/bin/sh', ['-n', '-c', text])).not.toThrow();
  });

  it('escapes what separates the options of an overlay', () => {
    const act = { act: 'overlay', path: '/etc', upper: '/p:q,r', work: '/w', flags: [] } as const;
    expect(script(act)).toContain(String.raw`upperdir=/p\:q\,r`);
  });

  it('shows a directory read-only when the kernel refuses the overlay', () => {
    const act = {
      act: 'overlay',
      path: '/mnt',
      upper: '/u',
      work: '/w',
      flags: ['nodev'],
    } as const;
    expect(script(act)).toMatch(/if ! mount -t overlay .*\n.*--rbind.*\n.*remount,bind,ro,nodev/);
  });

  it('forgives only what is optional', () => {
    const bind = { act: 'bind', path: '/a', source: '/a' } as const;
    expect(script(bind)).not.toContain('|| :');
    expect(script({ ...bind, optional: true })).toContain('|| :');
  });
});

describe('a quoted word', () => {
  it.each(['plain', "it's", '$HOME `id` "x" \\', 'a\nb', ''])(
    'reads back as it was: %j',
    (word) => {
      const command = `printf %s ${quoteWord(word)}`;
      expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(word);
    },
  );
});
