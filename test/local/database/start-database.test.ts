import { chmod, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseStartError } from '../../../src/local/database/errors.ts';
import { findPostgresql } from '../../../src/local/database/postgresql-programs.ts';
import { startDatabase } from '../../../src/local/database/start-database.ts';
import { MappedHost } from '../../../src/local/pod/mapped-host.ts';

describe('a database server', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'db-'));
    await chmod(folder, 0o711);
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function install(programs: Record<string, string>): Promise<string> {
    const bin = join(folder, 'bin');
    await mkdir(bin, { recursive: true });
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    return bin;
  }

  it('is found on PATH when both of its programs are there', async () => {
    const bin = await install({ initdb: '', postgres: '' });
    expect(findPostgresql(bin)).toEqual({
      initdb: join(bin, 'initdb'),
      postgres: join(bin, 'postgres'),
    });
  });

  it('is not found by half: initdb alone does not hide a whole installation', async () => {
    const bin = await install({ initdb: '' });
    expect(findPostgresql(bin)?.initdb).not.toBe(join(bin, 'initdb'));
  });

  it('that does not come up is reported with what it said, and without its password', async () => {
    const path = await install({
      initdb: 'echo "initdb: no room left" >&2; exit 1',
      postgres: 'echo "postgres (PostgreSQL) 15.1"',
    });
    const starting = startDatabase({
      folder: join(folder, 'data'),
      host: new MappedHost('for a test'),
      password: 'hunter2',
      path,
    });
    await expect(starting).rejects.toThrow(DatabaseStartError);
    await expect(starting).rejects.toThrow('no room left');
    await expect(starting).rejects.not.toThrow('hunter2');
  });
});
