import { describe, expect, it } from 'vitest';
import { ProbeUnavailableError, QueryFailedError } from '../../../src/local/probe/errors.ts';
import { query, type QueryPlace } from '../../../src/local/probe/query.ts';

const request = {
  host: 'db',
  port: 5432,
  user: 'app',
  password: 'hunter2',
  database: 'app',
  sql: 'select 1',
};

/** A place where asking is a shell script. */
function scripted(script: string, seen: string[][] = []): QueryPlace {
  return {
    command: (argv) => {
      seen.push([...argv]);
      return { command: '/bin/sh', args: ['-c', script], env: { PATH: '/usr/bin:/bin' }, cwd: '/' };
    },
  };
}

describe('a query', () => {
  it('answers the rows of the asking process', async () => {
    const place = scripted(`cat > /dev/null; echo '{"rows":[{"a":"1","b":null}]}'`);
    expect(await query(place, request)).toEqual([{ a: '1', b: null }]);
  });

  it('tells the request, password and all, on standard input and never as an argument', async () => {
    const seen: string[][] = [];
    const place = scripted(
      `grep -q hunter2 && echo '{"rows":[]}' || echo '{"error":{"message":"no password"}}'`,
      seen,
    );
    await expect(query(place, request)).resolves.toEqual([]);
    expect(seen.flat().join(' ')).not.toContain('hunter2');
  });

  it('that is refused says whom it asked, why, and nothing secret', async () => {
    const place = scripted(
      `cat > /dev/null; echo '{"error":{"message":"no such role","code":"28000"}}'`,
    );
    const asking = query(place, request);
    await expect(asking).rejects.toThrow(QueryFailedError);
    await expect(asking).rejects.toThrow(
      'cannot query app on db:5432 as app: no such role. Check that the server runs and knows this user.',
    );
    await expect(asking).rejects.toMatchObject({ sqlState: '28000', database: 'app' });
  });

  it('whose process dies says what the process said', async () => {
    const place = scripted('cat > /dev/null; echo "nsenter: no such pod" >&2; exit 1');
    await expect(query(place, request)).rejects.toThrow('nsenter: no such pod');
  });

  it('says how to install the package that it needs', async () => {
    const place = scripted(`cat > /dev/null; echo '{"error":{"message":"x","code":"missing-pg"}}'`);
    await expect(query(place, request)).rejects.toThrow(ProbeUnavailableError);
  });
});
