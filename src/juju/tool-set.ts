import type { JujuVersion } from './version.ts';

/** When Juju got a tool, and when it lost it. */
export interface ToolLife {
  /** The first version with it: `3.0`. */
  readonly since?: readonly [major: number, minor: number];
  /** The first version without it: `4.0`. */
  readonly until?: readonly [major: number, minor: number];
}

const secrets: ToolLife = { since: [3, 0] };
const gone: ToolLife = { until: [4, 0] };

/** The tools that not every Juju from 2.9 on has. */
const lives: Readonly<Record<string, ToolLife>> = {
  'secret-add': secrets,
  'secret-get': secrets,
  'secret-grant': secrets,
  'secret-ids': secrets,
  'secret-info-get': secrets,
  'secret-remove': secrets,
  'secret-revoke': secrets,
  'secret-set': secrets,
  'relation-model-get': { since: [3, 6] },
  'leader-get': gone,
  'leader-set': gone,
  'payload-register': gone,
  'payload-unregister': gone,
  'payload-status-set': gone,
  'k8s-spec-get': gone,
  'k8s-spec-set': gone,
  'k8s-raw-get': gone,
  'k8s-raw-set': gone,
};

/** The life of a tool; undefined for those that every Juju has. */
export function toolLife(tool: string): ToolLife | undefined {
  return lives[tool];
}

/**
 * Whether a Juju of that version is known to lack the tool. A pre-release may have either, and so
 * may a version that is not known.
 */
export function isLacking(tool: string, version: JujuVersion | undefined): boolean {
  const life = toolLife(tool);
  if (life === undefined || version === undefined || !version.isKnown) return false;
  const { since, until } = life;
  if (since !== undefined && isBefore(version, since)) return true;
  return until !== undefined && version.isAtLeast(...until);
}

function isBefore(version: JujuVersion, [major, minor]: readonly [number, number]): boolean {
  return version.major < major || (version.major === major && version.minor < minor);
}
