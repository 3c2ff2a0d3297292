import { checkAction } from './actions.ts';
import { checkConfig } from './config.ts';
import { checkContainers } from './containers.ts';
import { checkNames } from './names.ts';
import { Problems } from './problems.ts';
import { checkRelations } from './relations.ts';
import { checkSecrets } from './secrets.ts';
import { checkStorages } from './storages.ts';
import type { Subject } from './subject.ts';
import { checkUnit } from './unit.ts';

const checks = [
  checkConfig,
  checkUnit,
  checkRelations,
  checkContainers,
  checkSecrets,
  checkStorages,
  checkNames,
  checkAction,
];

/** All that is wrong or odd about an event in a state, as far as it shows before a run. */
export function checkConsistency(subject: Subject): Problems {
  const problems = new Problems();
  for (const check of checks) check(subject, problems);
  return problems;
}
