import { bindingsOf } from '../charm-definition.ts';
import { egressOf, ingressOf, networkOf } from '../rules/networks.ts';
import type { BoundNetwork } from '../state/bound-network.ts';
import { RunFault, UsageFault, type ParsedArgs } from './flags.ts';
import type { Printable } from './go-json.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';
import { relationFlag } from './relation-flag.ts';

const parts = ['bind-address', 'ingress-address', 'egress-subnets'] as const;

export const networkGet: HookTool = {
  name: 'network-get',
  usage: '[options] <binding-name>',
  summary: 'get network config',
  flags: (transaction) => [
    ...parts.map((part) => ({ names: [part], takes: 'nothing' }) as const),
    { names: ['primary-address'], takes: 'nothing' },
    relationFlag(transaction),
    ...outputFlags(),
  ],
  run({ transaction: { application, unit } }, args) {
    const [binding] = args.positionals;
    if (binding === undefined) throw new UsageFault('no arguments specified');
    if (binding === '') throw new UsageFault('no binding name specified');
    args.atMost(1);
    const { charm } = application;
    if (charm !== undefined && !bindingsOf(charm).includes(binding)) {
      throw new RunFault(`binding name "${binding}" not defined by the unit's charm`);
    }
    const network = networkOf(unit, binding);
    if (network === undefined) {
      throw new RunFault(`no network config found for binding "${binding}"`);
    }
    const asked = parts.filter((part) => args.is(part));
    if (args.is('primary-address') && asked.length > 0) {
      throw new RunFault('--primary-address must be the only flag specified');
    }
    return formatted(answer(network, asked, args), args);
  },
};

function answer(
  network: BoundNetwork,
  asked: readonly (typeof parts)[number][],
  args: ParsedArgs,
): Printable {
  const { address, cidr = '', interface: device = '' } = network;
  const ingress = [...ingressOf(network)];
  const simple: Record<(typeof parts)[number], Printable> = {
    'bind-address': address,
    'ingress-address': ingress[0] ?? '',
    'egress-subnets': [...egressOf(network)],
  };
  if (args.is('primary-address')) return address;
  const [only] = asked;
  if (only !== undefined && asked.length === 1) return simple[only];
  if (asked.length > 1) return Object.fromEntries(asked.map((part) => [part, simple[part]]));
  // In YAML, which is also the default, each key of a binding has its name of earlier days as well.
  const inYaml = args.value('format') !== 'json';
  return {
    'bind-addresses': [
      {
        'mac-address': '',
        'interface-name': device,
        addresses: [{ hostname: '', value: address, cidr, ...(inYaml && { address }) }],
        ...(inYaml && { macaddress: '', interfacename: device }),
      },
    ],
    'egress-subnets': simple['egress-subnets'],
    'ingress-addresses': ingress,
  };
}
