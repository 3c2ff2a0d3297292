import type { Environment } from '../juju/context.ts';
import type { Delivery } from '../framework/event-source.ts';

const usualPort = 9229;
/** Has the system choose one, where another unit of the machine has the usual one. */
const anyPort = 0;

/** Called before each handler. */
export type BeforeHandler = (delivery: Delivery) => void;

/**
 * What `juju debug-code` asks for: Node's inspector, and a stop before handlers.
 *
 * JUJU_DEBUG_AT is a list with commas: `all` or `hook` for every handler, the name of an event
 * (`config-changed`), or of a handler (`onConfigChanged`). The process waits for a debugger at the
 * first stop. The inspector listens on the loopback interface only.
 *
 * @param tell is given the address of the inspector, for whoever sits before the terminal
 * @returns `undefined` when nobody debugs
 */
export async function debugAt(
  environment: Environment,
  tell: (text: string) => void,
): Promise<BeforeHandler | undefined> {
  const list = environment['JUJU_DEBUG_AT'];
  if (list === undefined) return undefined;
  const places = new Set(list.split(',').map((place) => place.trim()));
  places.delete('');
  if (places.size === 0) return undefined;
  const inspector = await import('node:inspector');
  let waited = false;
  return ({ event, handler, observer }) => {
    if (!['all', 'hook', event.kind, handler].some((place) => places.has(place))) return;
    if (!waited) {
      waited = true;
      for (const port of [usualPort, anyPort]) {
        if (inspector.url() === undefined) inspector.open(port, '127.0.0.1');
      }
      tell(
        `${observer}.${handler} is about to handle ${event.kind}. Waiting for a debugger at ${inspector.url()}; forward its port, then open chrome://inspect or: node inspect HOST:PORT\n`,
      );
      inspector.waitForDebugger();
    }
    // oxlint-disable-next-line no-debugger -- this is where the author wants to stop: step into the next call
    debugger;
  };
}
