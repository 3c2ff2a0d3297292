import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { IniReadError, IniRenderError } from '../../../src/pgbouncer/ini/errors.ts';
import { readIni } from '../../../src/pgbouncer/ini/read.ts';
import { renderIni } from '../../../src/pgbouncer/ini/render.ts';
import type { Database, PgbouncerIni } from '../../../src/pgbouncer/ini/schema.ts';
import { hostileStrings, sample } from './ini-samples.ts';

function withDatabase(name: string, database: Database): PgbouncerIni {
  return { ...sample, databases: { [name]: database } };
}

function withSetting(key: string, value: unknown): PgbouncerIni {
  return { ...sample, pgbouncer: { ...sample.pgbouncer, [key]: value } };
}

function problemsOfRendering(ini: PgbouncerIni): IniRenderError['problems'] {
  try {
    renderIni(ini);
  } catch (error) {
    if (error instanceof IniRenderError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

function problemsOfReading(text: string): IniReadError['problems'] {
  try {
    readIni(text);
  } catch (error) {
    if (error instanceof IniReadError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

describe('a database name', () => {
  test.each(['app', 'test-_1', 'a.b', '_x', '9', 'PgBouncer2', 'x'.repeat(63), 'toString'])(
    'can be %s',
    (name) => {
      const ini = withDatabase(name, { host: 'db' });
      expect(readIni(renderIni(ini))).toEqual(ini);
    },
  );

  test.each([
    ['pgbouncer', /console/],
    ['PGBouncer', /console/],
    ['', /empty/],
    ['a b', /characters/],
    ['a"b', /characters/],
    ["a'b", /characters/],
    ['a%b', /characters/],
    ['*', /characters/],
    ['a=b', /characters/],
    ['a[]', /characters/],
    ['é', /characters/],
    ['test$', /characters/],
    ['-a', /begins/],
    ['.a', /begins/],
    ['x'.repeat(64), /longer than 63 bytes/],
    ['a\n[pgbouncer]\nauth_type = any\n;', /characters/],
    ['%include /etc/passwd', /characters/],
  ])('cannot be %j', (name, reason) => {
    const [problem, ...others] = problemsOfRendering(withDatabase(name, { host: 'db' }));
    expect(problem?.reason).toMatch(reason);
    expect(problem?.at).toMatch(/^\[databases\] /);
    expect(problem?.at).not.toContain('\n');
    expect(others).toEqual([]);
  });

  test('cannot be __proto__, which readers in JavaScript drop', () => {
    const databases = Object.fromEntries([['__proto__', { host: 'db' }]]);
    expect(problemsOfRendering({ ...sample, databases })).toEqual([
      { at: '[databases] __proto__', reason: expect.stringMatching(/drop/) },
    ]);
  });
});

describe('a connection parameter', () => {
  test.each(Object.entries(hostileStrings))('cannot hold %s', (_, text) => {
    expect(problemsOfRendering(withDatabase('app', { host: 'db', dbname: text }))).toEqual([
      { at: '[databases] app dbname', reason: expect.any(String) },
    ]);
  });

  test.each(['true', 'null', "it's", '"quoted"', ' x', 'x y', 'a=b user=postgres', '[x', "'"])(
    'keeps to its place when it is %j',
    (dbname) => {
      const ini = withDatabase('app', { host: 'db', dbname });
      expect(readIni(renderIni(ini))).toEqual(ini);
    },
  );

  test('cannot be empty', () => {
    expect(problemsOfRendering(withDatabase('app', { host: 'db', dbname: '' }))).toEqual([
      { at: '[databases] app dbname', reason: expect.stringMatching(/^is empty/) },
    ]);
  });

  test('cannot be a password, which PgBouncer would write to its log', () => {
    const database = { host: 'db', password: 'sesame' };
    const ini = withDatabase('app', database);
    expect(problemsOfRendering(ini)).toEqual([
      { at: '[databases] app password', reason: 'is no setting that the charm uses' },
    ]);
  });

  test('cannot be a host with anything but host characters', () => {
    expect(problemsOfRendering(withDatabase('app', { host: 'db user=postgres' }))).toEqual([
      { at: '[databases] app host', reason: 'is not a list of hosts' },
    ]);
  });
});

describe('a setting of [pgbouncer]', () => {
  test.each(Object.entries(hostileStrings))('cannot hold %s', (_, text) => {
    for (const key of ['auth_query', 'listen_addr', 'logfile', 'user', 'auth_file', 'pool_mode']) {
      expect(problemsOfRendering(withSetting(key, text))).toEqual(
        expect.arrayContaining([{ at: `[pgbouncer] ${key}`, reason: expect.any(String) }]),
      );
    }
  });

  test.each([
    ['listen_port', 0, 'is not a whole number from 1 to 65535'],
    ['listen_port', 65_536, 'is not a whole number from 1 to 65535'],
    ['listen_port', 6432.5, 'is not a whole number from 1 to 65535'],
    ['max_db_connections', -5, 'is not a whole number from 0 to 2147483647'],
    ['pool_mode', 'abc', 'is none of session, transaction, statement'],
    ['auth_type', 'any', 'is none of scram-sha-256, md5'],
    ['logfile', 'pgbouncer.log', 'is not an absolute path of letters, digits, _ . and -'],
    ['unix_socket_dir', `/${'x'.repeat(100)}`, expect.stringMatching(/too long/)],
    ['admin_users', ['a,b'], 'holds a name that cannot stand in a list'],
    ['auth_query', 'true', expect.stringMatching(/another type/)],
    ['auth_query', '"SELECT 1"', expect.stringMatching(/quote/)],
    ['auth_query', '%include /etc/passwd', expect.stringMatching(/%include/)],
    ['max_prepared_statements', '100', 'is no setting that the charm uses'],
  ])('%s cannot be %j', (key, value, reason) => {
    const [problem] = problemsOfRendering(withSetting(key, value));
    expect(problem?.reason).toEqual(reason);
    expect(problem?.at).toMatch(new RegExp(`^\\[pgbouncer\\] ${key}`));
  });

  test('is named in the message, and its value is not', () => {
    expect(() => renderIni(withSetting('pool_mode', 'sesame'))).toThrow(
      'cannot write pgbouncer.ini: [pgbouncer] pool_mode is none of session, transaction, statement. Choose other values for these keys.',
    );
  });
});

describe('whatever text a value holds', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        '\n',
        '\r',
        '\0',
        '[',
        ']',
        '=',
        ';',
        '#',
        "'",
        '"',
        '\\',
        '%',
        ' ',
        'a',
      ),
    }),
  );

  test('it is refused or read back as it was, and changes nothing else', () => {
    fc.assert(
      fc.property(anything, anything, (dbname, name) => {
        const ini = withDatabase(name, { host: 'db', dbname });
        const wanted = {
          ...sample,
          databases: Object.fromEntries([[name, { host: 'db', dbname }]]),
        };
        const refused = problemsOfRendering(ini).length > 0;
        expect(refused ? wanted : readIni(renderIni(ini))).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a text', () => {
  const text = renderIni(sample);

  test.each([
    ['is empty', '', '[databases]'],
    ['has no [databases]', text.slice(text.indexOf('[pgbouncer]')), '[databases]'],
    ['has no [pgbouncer]', text.slice(0, text.indexOf('[pgbouncer]')), '[pgbouncer]'],
    ['has no logfile', text.replace(/^logfile.*\n/m, ''), '[pgbouncer] logfile'],
    ['has no pidfile', text.replace(/^pidfile.*\n/m, ''), '[pgbouncer] pidfile'],
    ['has an unknown section', `${text}[peers]\nx = y\n`, '[peers]'],
    ['has an unknown setting', `${text}nonsense = 1\n`, '[pgbouncer] nonsense'],
    ['has a setting twice', `${text}pool_mode = session\n`, '[pgbouncer] pool_mode'],
    ['has a section twice', `${text}[pgbouncer]\n`, '[pgbouncer]'],
    ['has a database twice', text.replace(/^(app = .*\n)/m, '$1$1'), '[databases] app'],
    ['includes a file', `${text}%include /etc/passwd\n`, 'line 26'],
    ['is indented', text.replace('pool_mode', '  pool_mode'), 'line 19'],
    [
      'has a comment after a value',
      text.replace('= session', '= session ; x'),
      '[pgbouncer] pool_mode',
    ],
    ['has carriage returns', text.replaceAll('\n', '\r\n'), 'line 1'],
    ['has a number in octal', text.replace('= 6432', '= 06432'), '[pgbouncer] listen_port'],
    ['has an unclosed quote', text.replace("reports'", 'reports'), '[databases] app.reports_2-x'],
    ['has __proto__ as a setting', `${text}__proto__ = x\n`, '[pgbouncer] __proto__'],
    ['sets a parameter twice', text.replace('host=10', 'host=x host=10'), '[databases] app'],
    ['has a NUL', `; \0\n${text}`, 'line 1'],
    ['is megabytes long', text + ';\n'.repeat(1024 * 1024), 'the file'],
    ['is an attempt on the prototype', `${text}__proto__ = x\n[__proto__]\n`, expect.any(String)],
  ])('that %s is refused, naming the place', (_, broken, at) => {
    const problems = problemsOfReading(broken);
    expect(problems.map((problem) => problem.at)).toContainEqual(at);
  });

  test('may have comments on lines of their own', () => {
    expect(readIni(`; made by hand\n# twice\n${text}`)).toEqual(sample);
  });

  test('of any kind is refused with a typed error or read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(problemsOfReading(text)).not.toEqual([]);
      }),
    );
  });
});
