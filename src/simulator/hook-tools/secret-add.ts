import { RunFault, UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { secretWrite, upsertFlags } from './secret-upsert.ts';

export const secretAdd: HookTool = {
  name: 'secret-add',
  since: [3, 0],
  usage: '[options] [key[#base64|#file]=value...]',
  summary: 'add a new secret',
  flags: upsertFlags,
  run(context, args) {
    const { transaction } = context;
    const { unit, secrets } = transaction;
    if (args.positionals.length === 0 && (args.value('file') ?? '') === '') {
      throw new UsageFault('missing secret value or filename');
    }
    const { content, ...settings } = secretWrite(context, args, args.positionals);
    if (content === undefined) throw new RunFault('empty secret value not valid');
    const ofUnit = args.value('owner') === 'unit';
    if (!ofUnit && !transaction.isLeader()) throw new RunFault('this unit is not the leader');
    const { label } = settings;
    if (label !== undefined && [...secrets.created.values()].some((each) => each.label === label)) {
      throw new RunFault(`secret with label ${JSON.stringify(label)} already exists`);
    }
    const owner = ofUnit
      ? ({ kind: 'unit', name: unit.name } as const)
      : ({ kind: 'application', name: unit.app } as const);
    return `secret:${secrets.create({ ...settings, content, owner })}\n`;
  },
};
