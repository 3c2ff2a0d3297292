import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';

import { messageOf } from '../../errors.ts';
import { layerSchema } from '../../pebble/layer-schema.ts';
import type { Layer } from '../../pebble/layer.ts';
import { UnreadableSourceError } from '../errors.ts';
import type { StateFile } from './container.ts';

/**
 * Files of this machine as files of a container, with their permissions; root's, as they are read.
 *
 * @param path where they are in the container
 * @param source a file or a directory of this machine
 * @throws {UnreadableSourceError}
 * @example
 * ```ts
 * context.state({ containers: { web: { files: filesFrom('/etc/web', 'test/files/web') } } });
 * ```
 */
export function filesFrom(path: string, source: string): Record<string, Partial<StateFile>> {
  try {
    return copied(path.replace(/\/$/, ''), source);
  } catch (error) {
    throw new UnreadableSourceError(source, messageOf(error), { cause: error });
  }
}

/**
 * The layer that an image has which `rockcraft pack` makes from a file: its services and checks.
 *
 * @throws {UnreadableSourceError}
 */
export function layerFromRockcraft(source: string): Layer<string> {
  try {
    const { summary, services, checks } = z.parse(
      rockSchema,
      parse(readFileSync(source, 'utf8')) ?? {},
    );
    return z.parse(layerSchema, { summary, services, checks });
  } catch (error) {
    throw new UnreadableSourceError(source, messageOf(error), { cause: error });
  }
}

const rockSchema = z.object({
  summary: z.optional(z.string()),
  services: z.optional(z.record(z.string(), z.unknown())),
  checks: z.optional(z.record(z.string(), z.unknown())),
});

function copied(path: string, source: string): Record<string, Partial<StateFile>> {
  const status = statSync(source);
  const permissions = status.mode & 0o777;
  if (status.isDirectory()) {
    const inside = readdirSync(source).flatMap((name) =>
      Object.entries(copied(`${path}/${name}`, join(source, name))),
    );
    return Object.fromEntries([[`${path}/`, { permissions }], ...inside]);
  }
  const bytes = readFileSync(source);
  const text = bytes.toString('utf8');
  const base64 = Buffer.from(text).equals(bytes) ? {} : { base64: bytes.toString('base64') };
  return { [path]: { text, ...base64, permissions } };
}
