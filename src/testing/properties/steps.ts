import { constant, constantFrom, integer, option, oneof, record, type Arbitrary } from 'fast-check';

import type { CharmMeta } from '../../charm/metadata.ts';
import type { BagChanges } from '../relation-setup.ts';
import type { RemoteSide, SequenceOptions } from './sequence-options.ts';
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
  options: Pick<SequenceOptions<M>, 'units' | 'options' | 'remotes' | 'brokenTools'>,
): Arbitrary<Step> {
  const units = Array.from({ length: options.units ?? 2 }, (_, index) => `${charm.name}/${index}`);
  const unit = constantFrom(...units);
  const [first, ...others] = [
    { weight: 12, arbitrary: record({ step: constant('hook'), unit }) },
    { weight: 4, arbitrary: constant<Step>({ step: 'all-hooks' }) },
    ...agentSteps(unit),
    ...containerSteps(charm, unit),
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
  { brokenTools = [] }: Pick<SequenceOptions<CharmMeta>, 'brokenTools'>,
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
