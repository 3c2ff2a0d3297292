import { DeferrableEvent } from '../../src/framework/event.ts';
import type { HandlerRun, NodeOutcome, NodeTracer } from '../../src/framework/handler.ts';
import { no, yes, type No, type Yes } from '../../src/flowchart/answer.ts';
import { decision } from '../../src/flowchart/decision.ts';
import { defer, end } from '../../src/flowchart/end.ts';
import { flowchart, type Flowchart } from '../../src/flowchart/flowchart.ts';
import { entry, step } from '../../src/flowchart/node.ts';
import type { Walk } from '../../src/flowchart/trace.ts';
import { RecordingLogger } from '../support/recording-logger.ts';

export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

export class StartEvent extends DeferrableEvent {
  constructor() {
    super('start');
  }

  snapshot(): null {
    return null;
  }
}

export interface Config {
  readonly port: number;
}

/** A workload whose answers and failures a test sets, and which notes what is done to it. */
export class Web {
  readonly path = 'web';
  readonly done: string[] = [];
  container = true;
  config: Config | undefined = { port: 80 };
  leader = true;
  /** Errors by the name of the action that throws them. */
  failures: Readonly<Record<string, Error>> = {};

  do(action: string): void {
    const failure = this.failures[action];
    if (failure) throw failure;
    this.done.push(action);
  }
}

async function isContainer(web: Web): Promise<boolean> {
  web.do('isContainer');
  return web.container;
}

async function isCfg(web: Web): Promise<Yes<Config> | No> {
  web.do('isCfg');
  return web.config ? yes(web.config) : no();
}

function isLeader(web: Web): boolean {
  return web.leader;
}

async function genCfg(web: Web): Promise<Config> {
  web.do('genCfg');
  return { port: 8080 };
}

async function makeDirs(web: Web): Promise<void> {
  web.do('makeDirs');
}

async function renderCfg(web: Web, { port }: Config, { attempts }: StartEvent): Promise<void> {
  web.do('renderCfg');
  web.do(`port ${port}, attempt ${attempts}`);
}

async function deferWait(web: Web): Promise<string> {
  web.do('waiting status');
  return 'the leader has not made the config yet';
}

function isConnectionLost(error: unknown): boolean {
  return error instanceof ConnectionLostError;
}

/** The start chart of the PgBouncer charm's specification, over a pretend workload. */
export const startChart: Flowchart<Web, StartEvent> = flowchart<Web, StartEvent>()('start', {
  hook_fired: entry('start Hook', 'is_container'),
  is_container: decision(
    'Is container\navailable?',
    isContainer,
    { no: 'defer', yes: 'is_cfg' },
    { retractWhen: isConnectionLost },
  ),
  defer: defer('defer', 'the container is not up yet'),
  is_cfg: decision('Is pgbouncer config\navailable in container or\npeer databag?', isCfg, {
    no: 'is_leader',
    yes: 'make_dirs',
  }),
  is_leader: decision('Is the current\nunit Leader?', isLeader, {
    no: 'defer_wait',
    yes: 'gen_cfg',
  }),
  defer_wait: defer(
    'defer:\nwait for leader unit to generate\nconfig and upload to peer databag',
    deferWait,
  ),
  gen_cfg: step('generate new config', genCfg, 'make_dirs'),
  make_dirs: step('Create directory\nstructure for charm', makeDirs, 'render_cfg'),
  render_cfg: step('render config, update\nrelations if available', renderCfg, 'rtn'),
  rtn: end('return', { shape: 'circle' }),
});

/** A run of a chart and all that it told of itself. */
export class Recorder implements HandlerRun {
  readonly logger: RecordingLogger = new RecordingLogger();
  readonly walks: Walk[] = [];
  readonly spans: { node: string; outcome: NodeOutcome }[] = [];
  readonly walked: HandlerRun['walked'] = (walk) => void this.walks.push(walk);
  readonly tracer: NodeTracer = {
    enter: (_chart, node) => (outcome) => void this.spans.push({ node, outcome }),
  };

  get lines(): string[] {
    return this.walks.map(({ line }) => line);
  }
}
