import type { ManagedSecret } from '../secret-changes.ts';
import type { ModelState } from '../state/model-state.ts';
import type { SecretGrant } from '../state/secret-state.ts';
import { RunFault, UsageFault } from './flags.ts';
import type { Printable } from './go-json.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';
import { secretId } from './secret-uri.ts';

export const secretInfoGet: HookTool = {
  name: 'secret-info-get',
  since: [3, 0],
  usage: '[options] <ID>',
  summary: "get a secret's metadata info",
  flags: () => [...outputFlags(['yaml', 'json']), { names: ['label'], takes: 'value' }],
  run({ transaction: { model, secrets } }, args) {
    const [uri] = args.positionals;
    const id = uri === undefined ? undefined : secretId(uri);
    const label = args.value('label') ?? '';
    if (id === undefined && label === '') {
      throw new UsageFault('require either a secret URI or label');
    }
    if (id !== undefined && label !== '') {
      throw new UsageFault('specify either a secret URI or label but not both');
    }
    args.atMost(1);
    const secret = secrets
      .managed()
      .find((each) => (id === undefined ? each.label === label : each.id === id));
    if (secret === undefined) {
      throw new RunFault(`secret ${JSON.stringify(id ?? label)} not found`);
    }
    return formatted({ [secret.id]: info(model, secret) }, args, 'yaml');
  },
};

export const secretIds: HookTool = {
  name: 'secret-ids',
  since: [3, 0],
  usage: '[options]',
  summary: 'print secret IDs',
  flags: () => outputFlags(),
  run({ transaction: { secrets } }, args) {
    args.atMost(0);
    const ids = secrets.managed().map(({ id }) => id);
    // Go's list was never made: JSON has null for it.
    return formatted(ids.length === 0 ? undefined : ids, args);
  },
};

function info(model: ModelState, secret: ManagedSecret): Printable {
  const access = secret.grants.map((grant) => accessInfo(model, grant));
  return {
    revision: secret.latest,
    label: secret.label,
    owner: secret.owner.kind,
    ...(secret.description !== '' && { description: secret.description }),
    ...(secret.rotatePolicy !== undefined && { rotation: secret.rotatePolicy }),
    ...(secret.expires !== undefined && { expiry: time(secret.expires) }),
    ...(secret.rotates !== undefined && { rotates: time(secret.rotates) }),
    ...(access.length > 0 && { access }),
  };
}

function accessInfo(model: ModelState, { target, relationId }: SecretGrant): Printable {
  const kind = target.includes('/') ? 'unit' : 'application';
  const relation = model.relations.get(relationId ?? -1);
  const sides = [...(relation?.sides ?? [])].sort((a) => (a.role === 'requires' ? -1 : 1));
  const scope = sides.map(({ app, endpoint }) => `${app}.${endpoint}`).join('#');
  return {
    target: `${kind}-${target.replace('/', '-')}`,
    scope: `relation-${scope}`,
    role: 'view',
  };
}

function time(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
