import { RunFault, UsageFault } from './flags.ts';
import type { HookTool, ToolContext } from './hook-tool.ts';

// All three act at once: what they did stays even if the hook fails.

export const payloadRegister: HookTool = {
  name: 'payload-register',
  until: [4, 0],
  usage: '<type> <class> <id> [tags...]',
  summary: 'register a charm payload with Juju',
  flags: () => [],
  run({ transaction: { unit, application } }, { positionals }) {
    const [type, name, id, ...tags] = positionals;
    if (type === undefined || name === undefined || id === undefined) throw tooFew();
    const declared = new Map(Object.entries(application.charm?.payloads ?? {})).get(name);
    if (declared === undefined) {
      throw new RunFault(`payload ${JSON.stringify(name)} not found in metadata.yaml`);
    }
    if (declared.type !== type) {
      throw new RunFault(
        `incorrect type ${JSON.stringify(type)} for payload ${JSON.stringify(name)}, expected ${JSON.stringify(declared.type)}`,
      );
    }
    unit.payloads.set(keyOf(name, id), { type, class: name, id, tags, status: 'running' });
    return '';
  },
};

export const payloadUnregister: HookTool = {
  name: 'payload-unregister',
  until: [4, 0],
  usage: '<class> <id>',
  summary: 'stop tracking a payload',
  flags: () => [],
  run(context, args) {
    const { class: name, id } = registered(context, args.positionals);
    args.atMost(2);
    context.transaction.unit.payloads.delete(keyOf(name, id));
    return '';
  },
};

const statuses = ['running', 'starting', 'stopped', 'stopping'];

export const payloadStatusSet: HookTool = {
  name: 'payload-status-set',
  until: [4, 0],
  usage: '<class> <id> <status>',
  summary: 'update the status of a payload',
  flags: () => [],
  run(context, args) {
    const [name, id, status] = args.positionals;
    if (name === undefined || id === undefined || status === undefined) throw tooFew();
    args.atMost(3);
    if (!statuses.includes(status)) {
      const expected = statuses.map((each) => `"${each}"`).join(', ');
      throw new RunFault(
        `status ${JSON.stringify(status)} not supported; expected one of [${expected}]`,
      );
    }
    const payload = registered(context, args.positionals);
    context.transaction.unit.payloads.set(keyOf(name, id), { ...payload, status });
    return '';
  },
};

function registered(
  { transaction: { unit } }: ToolContext,
  [name, id]: readonly string[],
): NonNullable<ReturnType<typeof unit.payloads.get>> {
  if (name === undefined || id === undefined) throw tooFew();
  const payload = unit.payloads.get(keyOf(name, id));
  if (payload === undefined) throw new RunFault('payload not found');
  return payload;
}

function tooFew(): UsageFault {
  return new UsageFault('missing required arguments');
}

function keyOf(name: string, id: string): string {
  return JSON.stringify([name, id]);
}
