/** One node that a run of a flowchart came to. */
export interface Visit {
  readonly node: string;
  /** The answer that was followed out of a decision. Absent for every other node. */
  readonly edge?: string;
  /** The name of the error that the node's action threw. Absent when it did not throw. */
  readonly failed?: string;
  /** The decision had answered otherwise; a later node's error made the run follow this edge. */
  readonly retracted?: true;
}

/** The account of one run of a flowchart. */
export interface Walk {
  /** The name of the chart. */
  readonly chart: string;
  readonly visits: readonly Visit[];
  /** The visits as one line: `start: is_container=yes is_cfg=no is_leader=no defer_wait`. */
  readonly line: string;
}
