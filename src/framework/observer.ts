/** An object that emits events of its own. */
export interface Emitter {
  /** Unique among the emitters and observers of a charm, and the same in every process. */
  readonly path: string;
}

/** An object whose methods or flowcharts handle events. */
export interface Observer {
  /**
   * Unique among the emitters and observers of a charm, and the same in every process: a deferred
   * event finds its handler by this path and the handler's name.
   */
  readonly path: string;
}
