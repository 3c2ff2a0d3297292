import { expect, it } from 'vitest';
import { mapIni } from '../../../src/local/workload/mapped-ini.ts';

const read = (): string => {
  throw new Error('nothing is included');
};

it("leads paths into the container's folder and leaves everything else as it is", () => {
  const text = `; kept
[databases]
app = host=/var/run/postgresql dbname=app

[pgbouncer]
logfile = /var/lib/postgresql/pgbouncer/instance_0/pgbouncer.log
unix_socket_dir = /var/lib/postgresql/pgbouncer/instance_0
auth_file =
user = postgres
pool_mode = session
`;
  expect(mapIni(text, { root: '/pods/p', read })).toBe(`; kept
[databases]
app = host=/var/run/postgresql dbname=app

[pgbouncer]
logfile = /pods/p/var/lib/postgresql/pgbouncer/instance_0/pgbouncer.log
unix_socket_dir = /pods/p/var/lib/postgresql/pgbouncer/instance_0
auth_file = 
pool_mode = session
`);
});

it('keeps a database that is called user', () => {
  const text = '[databases]\nuser = host=h\n[pgbouncer]\n';
  expect(mapIni(text, { root: '/p', read })).toBe(text);
});

it('puts an included file in place, translated', () => {
  const files: Record<string, string> = { '/etc/more.ini': '[pgbouncer]\nlogfile = /log' };
  const text = '[databases]\n%include /etc/more.ini\nverbose = 1';
  expect(mapIni(text, { root: '/p', read: (path) => files[path] ?? '' })).toContain(
    'logfile = /p/log',
  );
});

it('cannot climb out of the folder', () => {
  const text = '[pgbouncer]\nlogfile = /../../../etc/x\n';
  expect(mapIni(text, { root: '/pods/p', read })).toContain('logfile = /pods/p/etc/x');
});
