import { constant, constantFrom, integer, option, oneof, record, type Arbitrary } from 'fast-check';

import type { CharmMeta } from '../../charm/metadata.ts';
import type { BagChanges } from '../relation-setup.ts';
import type { Happenings, PlayOptions, RemoteSide } from './sequence-options.ts';
import type { Breakage, OptionChange, Step } from './step.ts';

interface Weighted {
  readonly weight: number;
  readonly arbitrary: Arbitrary<Step>;
}

const nothing: Arbitrary<BagChanges> = constant({});

/**
 * Every step that the options allow for, the simplest first, so that scripts shrink towards them.
 * Whether Juju allows one at its turn is only known then.
 */
export function stepsOf<M extends CharmMeta>(
  charm: M,
  options: Happenings<M> & Pick<PlayOptions<M>, 'units' | 'maxUnits' | 'secrets'>,
): Arbitrary<Step> {
  const { units = 2, maxUnits = units } = options;
  const unit = constantFrom(...Array.from({ length: maxUnits }, (_, n) => `${charm.name}/${n}`));
  const [first, ...others] = [
    { weight: 12, arbitrary: record({ step: constant('hook'), unit }) },
    { weight: 4, arbitrary: constant({ step: 'all-hooks' }) },
    ...agentSteps(unit),
    ...scaleSteps(units, maxUnits),
    ...containerSteps(charm, unit),
    ...workloadSteps<CharmMeta>(options, unit),
    ...storageSteps(charm, unit),
    ...secretSteps<CharmMeta>(options),
    ...actionSteps<CharmMeta>(options, unit),
    ...breakages(charm, options, unit),
    ...configSteps(options.options ?? {}),
    ...Object.entries<RemoteSide | undefined>({ ...options.remotes }).flatMap(([endpoint, side]) =>
      side === undefined ? [] : remoteSteps(endpoint, side),
    ),
  ] satisfies Weighted[];
  return first === undefined ? constant({ step: 'all-hooks' }) : oneof(first, ...others);
}

function agentSteps(unit: Arbitrary<string>): Weighted[] {
  const minute = 60_000;
  return [
    {
      weight: 2,
      arbitrary: record({
        step: constant('leader'),
        unit: option(unit, { nil: undefined, freq: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: record({
        step: constant('advance'),
        milliseconds: integer({ min: 1, max: 12 }).map((count) => count * minute),
      }),
    },
    { weight: 1, arbitrary: record({ step: constant('agent-restart'), unit }) },
    { weight: 1, arbitrary: record({ step: constant('pod-stop'), unit }) },
    { weight: 1, arbitrary: record({ step: constant('pod-replace'), unit }) },
  ];
}

function scaleSteps(units: number, maxUnits: number): Weighted[] {
  const scaling: readonly Step[] = [{ step: 'add-unit' }, { step: 'remove-unit' }];
  return [
    { weight: 1, arbitrary: constant({ step: 'upgrade' }) },
    ...(maxUnits > units ? scaling : []).map((step) => ({ weight: 1, arbitrary: constant(step) })),
  ];
}

function containerSteps(charm: CharmMeta, unit: Arbitrary<string>): Weighted[] {
  return Object.keys(charm.containers).flatMap((name) => {
    const container = constant(name);
    return [
      { weight: 3, arbitrary: record({ step: constant('container-up'), unit, container }) },
      { weight: 1, arbitrary: record({ step: constant('container-down'), unit, container }) },
      { weight: 1, arbitrary: record({ step: constant('container-restart'), unit, container }) },
    ];
  });
}

function breakages(
  charm: CharmMeta,
  { brokenTools = [] }: Pick<Happenings<CharmMeta>, 'brokenTools'>,
  unit: Arbitrary<string>,
): Weighted[] {
  const ways: Arbitrary<Breakage>[] = [
    ...brokenTools.map((tool) => constant({ tool })),
    ...Object.keys(charm.containers).map((container) =>
      record({ container: constant(container), request: integer({ min: 1, max: 15 }) }),
    ),
  ];
  if (ways.length === 0) return [];
  return [
    { weight: 3, arbitrary: record({ step: constant('broken-hook'), unit, at: oneof(...ways) }) },
  ];
}

function configSteps(
  options: Readonly<Record<string, Arbitrary<OptionChange> | undefined>>,
): Weighted[] {
  return Object.entries(options).flatMap(([name, values]) =>
    values === undefined
      ? []
      : [
          {
            weight: 2,
            arbitrary: values.map((value): Step => ({
              step: 'config',
              changes: { [name]: value },
            })),
          },
        ],
  );
}

function remoteSteps(name: string, side: RemoteSide): Weighted[] {
  const { apps, units = 2, appData = nothing, unitData = nothing } = side;
  if (apps.length === 0) return [];
  const endpoint = constant(name);
  const app = constantFrom(...apps);
  const unit = record({ app, number: integer({ min: 0, max: Math.max(units - 1, 0) }) }).map(
    (each) => `${each.app}/${each.number}`,
  );
  return [
    { weight: 4, arbitrary: record({ step: constant('relate'), endpoint, app, data: appData }) },
    { weight: 1, arbitrary: record({ step: constant('unrelate'), endpoint, app }) },
    { weight: 3, arbitrary: record({ step: constant('app-data'), endpoint, app, data: appData }) },
    {
      weight: 1,
      arbitrary: record({ step: constant('unit-data'), endpoint, unit, data: unitData }),
    },
    { weight: 1, arbitrary: record({ step: constant('add-remote-unit'), unit }) },
    { weight: 1, arbitrary: record({ step: constant('remove-remote-unit'), unit }) },
  ];
}

function workloadSteps<M extends CharmMeta>(
  { notices = {}, checks = {} }: Pick<Happenings<M>, 'notices' | 'checks'>,
  unit: Arbitrary<string>,
): Weighted[] {
  const given = Object.entries<Readonly<Record<string, Arbitrary<SecretText>>> | undefined>(
    notices,
  );
  const watched = Object.entries<readonly string[] | undefined>(checks);
  return [
    ...given.flatMap(([name, keys = {}]) =>
      Object.entries(keys).map(([key, data]) => ({
        weight: 2,
        arbitrary: record({
          step: constant('notice'),
          unit,
          container: constant(name),
          key: constant(key),
          data,
        }),
      })),
    ),
    ...watched.flatMap(([name, names = []]) =>
      names.flatMap((check) =>
        (['check-down', 'check-up'] as const).map((step) => ({
          weight: 1,
          arbitrary: record({
            step: constant(step),
            unit,
            container: constant(name),
            check: constant(check),
          }),
        })),
      ),
    ),
  ];
}

function storageSteps(charm: CharmMeta, unit: Arbitrary<string>): Weighted[] {
  return Object.keys(charm.storage).flatMap((name) => {
    const storage = constant(name);
    return [
      { weight: 1, arbitrary: record({ step: constant('storage-add'), unit, storage }) },
      { weight: 1, arbitrary: record({ step: constant('storage-detach'), unit, storage }) },
      { weight: 1, arbitrary: record({ step: constant('storage-attach'), unit, storage }) },
      { weight: 1, arbitrary: record({ step: constant('storage-remove'), storage }) },
    ];
  });
}

/** Text by key. */
type SecretText = Readonly<Record<string, string>>;

function secretSteps<M extends CharmMeta>({
  secrets,
  ownSecrets = 0,
  secretContent = constant({ value: 'sesame' }),
}: Pick<Happenings<M>, 'ownSecrets' | 'secretContent'> & {
  /** Only their names matter. */
  readonly secrets?: object;
}): Weighted[] {
  const theirs = Object.keys(secrets ?? {}).flatMap((name) => {
    const secret = constant(name);
    const content = secretContent;
    return [
      { weight: 2, arbitrary: record({ step: constant('secret-add'), secret, content }) },
      { weight: 2, arbitrary: record({ step: constant('secret-change'), secret, content }) },
      { weight: 1, arbitrary: record({ step: constant('secret-remove'), secret }) },
    ];
  });
  if (ownSecrets === 0) return theirs;
  const own = integer({ min: 0, max: ownSecrets - 1 });
  return [
    ...theirs,
    { weight: 2, arbitrary: record({ step: constant('secret-rotate'), own }) },
    { weight: 1, arbitrary: record({ step: constant('secret-expire'), own }) },
  ];
}

function actionSteps<M extends CharmMeta>(
  { actions = {} }: Pick<Happenings<M>, 'actions'>,
  unit: Arbitrary<string>,
): Weighted[] {
  return Object.entries<Arbitrary<Readonly<Record<string, unknown>>> | undefined>(actions).flatMap(
    ([name, params]) =>
      params === undefined
        ? []
        : [
            {
              weight: 2,
              arbitrary: record({ step: constant('action'), unit, action: constant(name), params }),
            },
          ],
  );
}
