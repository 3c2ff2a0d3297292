import { expect, it } from 'vitest';
import { parseConnectionString } from '../../../src/local/workload/connection-string.ts';

it.each([
  ['', {}],
  ['host=db port=5432 dbname=app', { host: 'db', port: '5432', dbname: 'app' }],
  ['  host = db   port= 6 ', { host: 'db', port: '6' }],
  ["dbname='my db' host=h", { dbname: 'my db', host: 'h' }],
  ["dbname='it''s' host=h", { dbname: "it's", host: 'h' }],
  [String.raw`password=a\b`, { password: String.raw`a\b` }],
  ['dbname= port=1', { dbname: 'port=1' }],
  ["dbname=''", { dbname: '' }],
])('takes %j apart as PgBouncer does', (text, pairs) => {
  expect(Object.fromEntries(parseConnectionString(text) ?? [])).toEqual(pairs);
});

it.each(['host', 'host=a port', "dbname='open", "dbname='a'b=c", '=x'])(
  'cannot read %j',
  (text) => {
    expect(parseConnectionString(text)).toBeUndefined();
  },
);
