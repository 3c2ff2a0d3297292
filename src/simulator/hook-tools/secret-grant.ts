import { remoteSideOf } from '../state/relation-state.ts';
import type { Transaction } from '../transaction.ts';
import { RunFault, UsageFault, type ParsedArgs } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { isApplicationName, isUnitName } from './names.ts';
import { relationFlag, relationIn } from './relation-flag.ts';
import { refuseMinion } from './secret-leadership.ts';
import { requiredSecretId } from './secret-uri.ts';

export const secretGrant: HookTool = {
  name: 'secret-grant',
  since: [3, 0],
  usage: '[options] <ID>',
  summary: 'grant access to a secret',
  flags: (transaction) => [{ names: ['unit'], takes: 'value' }, relationFlag(transaction)],
  run({ transaction }, args) {
    const { secrets } = transaction;
    const id = requiredSecretId(args.positionals);
    const relation = relationIn(transaction, args);
    const app = remoteSideOf(relation, transaction.unit.app)?.app ?? '';
    const unit = args.value('unit') ?? '';
    if (unit !== '') refuseForeignUnit(unit, app);
    args.atMost(1);
    const secret = secrets.managed().find((each) => each.id === id);
    if (secret === undefined) throw new RunFault(`secret ${JSON.stringify(id)} not found`);
    refuseMinion(transaction, id);
    const target = unit === '' ? app : unit;
    for (const granted of secret.grants.filter((each) => each.relationId === relation.id)) {
      if (granted.target === target || granted.target === app) return '';
      if (target === app) {
        throw new RunFault(
          'any unit level grants need to be revoked before granting access to the corresponding application',
        );
      }
    }
    secrets.grant(id, { target, relationId: relation.id });
    return '';
  },
};

export const secretRevoke: HookTool = {
  name: 'secret-revoke',
  since: [3, 0],
  usage: '[options] <ID>',
  summary: 'revoke access to a secret',
  flags: (transaction) => [
    { names: ['app', 'application'], takes: 'value' },
    { names: ['unit'], takes: 'value' },
    relationFlag(transaction),
  ],
  run({ transaction }, args) {
    const id = requiredSecretId(args.positionals);
    const target = revokedFrom(transaction, args);
    args.atMost(1);
    refuseMinion(transaction, id);
    transaction.secrets.revoke(id, target);
    return '';
  },
};

function revokedFrom(transaction: Transaction, args: ParsedArgs): string {
  const [app, unit] = [args.value('app') ?? '', args.value('unit') ?? ''];
  if (app !== '' && !isApplicationName(app)) {
    throw new UsageFault(`application ${JSON.stringify(app)} not valid`);
  }
  if (unit !== '' && !isUnitName(unit)) {
    throw new UsageFault(`unit ${JSON.stringify(unit)} not valid`);
  }
  if (app !== '' && unit !== '') throw new UsageFault('specify only one of application or unit');
  const inRelation = args.value('relation') !== undefined || 'relationId' in transaction.hook;
  if (inRelation && app !== '') throw new UsageFault('do not specify both relation and app');
  if (unit !== '') return unit;
  if (app !== '') return app;
  if (!inRelation) throw new UsageFault('missing relation or application or unit');
  return remoteSideOf(relationIn(transaction, args), transaction.unit.app)?.app ?? '';
}

function refuseForeignUnit(unit: string, app: string): void {
  if (!isUnitName(unit)) throw new UsageFault(`unit ${JSON.stringify(unit)} not valid`);
  if (unit.slice(0, unit.indexOf('/')) !== app) {
    throw new UsageFault(
      `cannot specify unit ${JSON.stringify(unit)} in relation to application ${JSON.stringify(app)}`,
    );
  }
}
