import * as z from 'zod/mini';

import { poolModes } from './ini/schema.ts';
import type { OptionProblem } from './option-problem.ts';
import type { PoolerConfig, PoolerSettings } from './pooler-config.ts';
import type { Pooler } from './pooler.ts';

/** The options, as far as they can be used. */
export interface OptionsReading {
  /** Only what is valid; for the rest the last good value stays. */
  readonly settings: Partial<PoolerSettings>;
  readonly problems: readonly OptionProblem[];
}

const mostConnections = 2 ** 31 - 1;

const portSchema = z.int().check(z.minimum(1), z.maximum(65_535));
const modeSchema = z.enum(poolModes);
const connectionsSchema = z.int().check(z.minimum(0), z.maximum(mostConnections));

/** Reads the charm's options and tells which cannot be used, and why. */
export async function readOptions(pooler: Pooler): Promise<OptionsReading> {
  const config = await pooler.config.all();
  const port = portSchema.safeParse(config.listen_port);
  const mode = modeSchema.safeParse(config.pool_mode);
  const connections = connectionsSchema.safeParse(config.max_db_connections);
  const checked = [
    ['listen_port', port.success, 'a number from 1 to 65535'],
    ['pool_mode', mode.success, 'session, transaction or statement'],
    ['max_db_connections', connections.success, `a number from 0 to ${mostConnections}`],
  ] as const;
  return {
    settings: {
      ...(port.success ? { listenPort: port.data } : {}),
      ...(mode.success ? { poolMode: mode.data } : {}),
      ...(connections.success ? { maxDbConnections: connections.data } : {}),
    },
    problems: checked.flatMap(([option, usable, allowed]) =>
      usable ? [] : [{ option, value: shown(config[option]), allowed }],
    ),
  };
}

/** A configuration with the options as they are now. Unusable ones keep their last good value. */
export async function withOptions(pooler: Pooler, config: PoolerConfig): Promise<PoolerConfig> {
  const { settings } = await readOptions(pooler);
  return { ...config, ...settings };
}

/** A value as a status can show it: on one line, and short. */
function shown(value: string | number): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
