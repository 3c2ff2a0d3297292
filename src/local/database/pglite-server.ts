import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import * as z from 'zod';

const optionsSchema = z.object({
  data: z.string(),
  host: z.string(),
  port: z.number(),
  maxConnections: z.number(),
});

const input = createInterface({ input: process.stdin });
const [line] = z.tuple([z.string()]).parse(await once(input, 'line'));
const { data, ...listen } = optionsSchema.parse(JSON.parse(line));

const db = await PGlite.create(data);
const { rows } = await db.query('show server_version');
const [{ server_version: version }] = z
  .tuple([z.object({ server_version: z.string() })])
  .parse(rows);
const server = new PGLiteSocketServer({ db, ...listen });
await server.start();
process.stdout.write(`ready ${version}\n`);

await once(input, 'close');
await server.stop();
await db.close();
