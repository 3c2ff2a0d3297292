import { UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { refuseMinion } from './secret-leadership.ts';
import { requiredSecretId } from './secret-uri.ts';

export const secretRemove: HookTool = {
  name: 'secret-remove',
  since: [3, 0],
  usage: '[options] <ID>',
  summary: 'remove an existing secret',
  flags: () => [
    {
      names: ['revision'],
      takes: 'value',
      refuse: (value) =>
        /^[+-]?\d+$/.test(value)
          ? undefined
          : `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`,
    },
  ],
  run({ transaction }, args) {
    const id = requiredSecretId(args.positionals);
    args.atMost(1);
    const revision = Number(args.value('revision') ?? 0);
    if (!Number.isSafeInteger(revision)) throw new UsageFault('value out of range');
    refuseMinion(transaction, id);
    transaction.secrets.remove(id, revision > 0 ? revision : undefined);
    return '';
  },
};
