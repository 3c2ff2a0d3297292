import type { PebbleResponse } from '../../../pebble/transport.ts';
import type { PebbleCoreRequest } from '../core.ts';
import type { DaemonState } from '../daemon-state.ts';

export type Handler = (call: Call, daemon: DaemonState) => Promise<PebbleResponse>;

/** An endpoint: a path, and what answers each method that it has. */
export interface Route {
  /** `{}` stands for one piece of the path. */
  readonly path: string;
  readonly get?: Handler;
  readonly post?: Handler;
}

/** One request, matched with its route. */
export class Call {
  readonly request: PebbleCoreRequest;
  /** What stands for each `{}` in the route's path. */
  readonly names: readonly string[];

  constructor(request: PebbleCoreRequest, names: readonly string[]) {
    this.request = request;
    this.names = names;
  }

  /** What stands for the first `{}`; empty without one. */
  get name(): string {
    return this.names[0] ?? '';
  }

  /** The first value of a query parameter; empty when it is absent. */
  query(parameter: string): string {
    return this.queryAll(parameter)[0] ?? '';
  }

  /** Whether a query parameter is there at all. */
  has(parameter: string): boolean {
    return this.queryAll(parameter).length > 0;
  }

  /** Every value of a query parameter. */
  queryAll(parameter: string): readonly string[] {
    const given = this.request.query ?? {};
    const value = Object.hasOwn(given, parameter) ? given[parameter] : undefined;
    return typeof value === 'string' ? [value] : (value ?? []);
  }

  /** The items of a list parameter, which may be repeated and may hold commas. */
  queryList(parameter: string): string[] {
    return this.queryAll(parameter)
      .flatMap((value) => value.split(','))
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
}
