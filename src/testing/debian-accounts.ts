import { parseAccounts, type Accounts } from '../simulator/pebble/accounts.ts';

/** The users and groups of a container for which a test names none. */
export const debianAccounts: Accounts = parseAccounts(
  [
    'root:x:0:0:root:/root:/bin/sh',
    'postgres:x:999:999::/var/lib/postgresql:/bin/sh',
    'nobody:x:65534:65534::/nonexistent:/bin/false',
  ].join('\n'),
  ['root:x:0:', 'postgres:x:999:', 'nogroup:x:65534:'].join('\n'),
);
