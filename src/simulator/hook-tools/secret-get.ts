import { UsageFault, RunFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';
import { readSecret } from '../read-secret.ts';
import { decodedValue } from './secret-data.ts';
import { secretId } from './secret-uri.ts';

export const secretGet: HookTool = {
  name: 'secret-get',
  since: [3, 0],
  usage: '[options] <ID> [key[#base64]]',
  summary: 'get the content of a secret',
  flags: () => [
    ...outputFlags(['yaml', 'json']),
    { names: ['label'], takes: 'value' },
    { names: ['peek'], takes: 'nothing' },
    { names: ['refresh'], takes: 'nothing' },
  ],
  run({ transaction }, args) {
    const [uri, key] = args.positionals;
    const id = uri === undefined ? undefined : secretId(uri);
    const label = args.value('label') ?? '';
    if (id === undefined && label === '') {
      throw new UsageFault('require either a secret URI or label');
    }
    if (args.is('peek') && args.is('refresh')) {
      throw new UsageFault('specify one of --peek or --refresh but not both');
    }
    args.atMost(2);
    const found = readSecret(transaction, {
      id,
      label: label === '' ? undefined : label,
      peek: args.is('peek'),
      refresh: args.is('refresh'),
    });
    if ('refusal' in found) throw new RunFault(found.refusal);
    const { content } = found;
    if (key === undefined || key === '') {
      const values = Object.entries(content).map(
        ([name, value]) => [name, decodedValue(value)] as const,
      );
      return formatted(Object.fromEntries<string>(values), args, 'yaml');
    }
    const name = key.replace(/#base64$/, '');
    const value = Object.hasOwn(content, name) ? content[name] : undefined;
    if (value === undefined) {
      throw new RunFault(`secret key value ${JSON.stringify(name)} not found`);
    }
    return formatted(key === name ? decodedValue(value) : value, args, 'yaml');
  },
};
