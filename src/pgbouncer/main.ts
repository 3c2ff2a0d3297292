import { main } from 'charmwright';

import { PgBouncerCharm } from './charm.ts';

await main(PgBouncerCharm);
