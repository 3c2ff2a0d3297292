import type { SecretWrite } from '../secret-changes.ts';
import { parseDuration } from '../../pebble/plan/duration.ts';
import { rotatePolicies } from '../state/secret-state.ts';
import { UsageFault, type FlagSpec, type ParsedArgs } from './flags.ts';
import type { ToolContext } from './hook-tool.ts';
import { secretData } from './secret-data.ts';

/** The flags that secret-add and secret-set share. */
export function upsertFlags(): FlagSpec[] {
  return ['expire', 'rotate', 'description', 'label', 'file', 'owner'].map((name) => ({
    names: [name],
    takes: 'value',
  }));
}

/** What the flags and the data arguments ask to write. */
export function secretWrite(
  context: ToolContext,
  args: ParsedArgs,
  data: readonly string[],
): SecretWrite {
  const expires = expiry(args.value('expire'), context.transaction.model.clock.now());
  const rotate = nonEmpty(args.value('rotate'));
  const rotatePolicy = rotatePolicies.find((policy) => policy === rotate);
  if (rotate !== undefined && rotatePolicy === undefined) {
    throw new UsageFault(`rotate policy ${JSON.stringify(rotate)} not valid`);
  }
  const owner = args.value('owner') ?? 'application';
  if (owner !== 'application' && owner !== 'unit') {
    throw new UsageFault(`secret owner ${JSON.stringify(owner)} not valid`);
  }
  const content = secretData(context, data, nonEmpty(args.value('file')));
  return {
    label: nonEmpty(args.value('label')),
    description: nonEmpty(args.value('description')),
    rotatePolicy,
    expires,
    content: Object.keys(content).length > 0 ? content : undefined,
  };
}

function expiry(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/.test(text)) {
    const time = new Date(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
    if (!Number.isNaN(time.getTime())) return time;
  }
  const nanoseconds = parseDuration(text);
  if (nanoseconds === undefined) {
    throw new UsageFault(`expire time or duration ${JSON.stringify(text)} not valid`);
  }
  if (nanoseconds <= 0) {
    throw new UsageFault(`negative expire duration ${JSON.stringify(text)} not valid`);
  }
  return new Date(now.getTime() + nanoseconds / 1e6);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
