import { entriesOf, fieldOf, isMapping } from './file-section.ts';

/** A system that a charm runs on, as manifest.yaml has it. */
export interface CharmBase {
  readonly name: string;
  /** `24.04`, without a risk. */
  readonly channel: string;
  readonly architectures: readonly string[];
}

/** What the platforms of charmcraft.yaml, or its older bases, say of where the charm runs. */
export function charmBases(craft: unknown): CharmBase[] {
  const targets = [...platformTargets(craft), ...baseTargets(fieldOf(craft, 'bases'))];
  const bases = new Map<string, Set<string>>();
  for (const { base, architecture } of targets) {
    bases.set(base, (bases.get(base) ?? new Set()).add(architecture));
  }
  return Array.from(bases, ([base, architectures]) => {
    const [name = '', channel = ''] = base.split('@');
    return { name, channel, architectures: [...architectures] };
  });
}

interface Target {
  /** `ubuntu@24.04` */
  readonly base: string;
  readonly architecture: string;
}

/** A platform is `amd64`, `ubuntu@24.04:amd64`, or any name with a build-for of such. */
function platformTargets(craft: unknown): Target[] {
  return entriesOf(fieldOf(craft, 'platforms')).flatMap(([name, platform]) =>
    textsOf(fieldOf(platform, 'build-for') ?? name).flatMap((target) => {
      const [left = '', right] = target.split(':');
      const base = right === undefined ? fieldOf(craft, 'base') : left;
      return typeof base === 'string' ? [{ base, architecture: right ?? left }] : [];
    }),
  );
}

function baseTargets(bases: unknown): Target[] {
  if (!Array.isArray(bases)) return [];
  return bases.flatMap((base: unknown): Target[] => {
    const runOn = fieldOf(base, 'run-on');
    if (runOn !== undefined) return baseTargets(runOn);
    if (!isMapping(base)) return [];
    const { name, channel, architectures } = base;
    return textsOf(architectures ?? thisArchitecture()).map((architecture) => ({
      base: `${String(name)}@${String(channel)}`,
      architecture,
    }));
  });
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}

/** The machine's own, in the words of Debian, as charmcraft takes it where none is named. */
function thisArchitecture(): string {
  const names: Readonly<Record<string, string>> = {
    x64: 'amd64',
    ppc64: 'ppc64el',
    arm: 'armhf',
  };
  return names[process.arch] ?? process.arch;
}
