import type { ModelState } from './state/model-state.ts';
import type { UnitState } from './state/unit-state.ts';
import type { AgentStatus, Status } from './status.ts';

/** Sets a unit's workload status, at once and for everybody to see. */
export function setUnitStatus(
  model: ModelState,
  unit: UnitState,
  status: Status['status'],
  message: string,
): void {
  const at = model.clock.now();
  unit.status = { status, message, since: at };
  model.emit({ type: 'unit-status', at, unit: unit.name, status: unit.status });
}

/** Sets what the unit's agent says it is doing. */
export function setAgentStatus(
  model: ModelState,
  unit: UnitState,
  status: AgentStatus['status'],
  message: string,
): void {
  const at = model.clock.now();
  unit.agentStatus = { status, message, since: at };
  model.emit({ type: 'agent-status', at, unit: unit.name, status: unit.agentStatus });
}
