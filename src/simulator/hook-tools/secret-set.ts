import type { HookTool } from './hook-tool.ts';
import { refuseMinion } from './secret-leadership.ts';
import { secretWrite, upsertFlags } from './secret-upsert.ts';
import { requiredSecretId } from './secret-uri.ts';

export const secretSet: HookTool = {
  name: 'secret-set',
  since: [3, 0],
  usage: '[options] <ID> [key[#base64|#file]=value...]',
  summary: 'update an existing secret',
  flags: upsertFlags,
  run(context, args) {
    const { transaction } = context;
    const id = requiredSecretId(args.positionals);
    const write = secretWrite(context, args, args.positionals.slice(1));
    refuseMinion(transaction, id);
    transaction.secrets.update(id, write);
    return '';
  },
};
