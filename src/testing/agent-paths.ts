import type { AgentPaths } from '../simulator/hook-environment.ts';

/** Where the agent of a unit would keep things. */
export function agentPaths(unit: string): AgentPaths {
  const tag = `unit-${unit.replace('/', '-')}`;
  return {
    charmDir: `/var/lib/juju/agents/${tag}/charm`,
    toolsDir: `/var/lib/juju/tools/${tag}`,
    agentSocket: `/var/lib/juju/agents/${tag}/agent.socket`,
    path: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/charm/bin',
  };
}
