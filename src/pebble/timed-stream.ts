import type { Deadline } from './deadline.ts';

/** Reads a short body to its end within one deadline. */
export async function collect(
  body: AsyncIterable<Uint8Array>,
  deadline: Deadline,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stoppable(body, deadline)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Gives each piece of a long body the deadline's whole time, and ends the deadline with the body. */
export async function* timedBody(
  body: AsyncIterable<Uint8Array>,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of stoppable(body, deadline)) {
      deadline.pause();
      yield piece;
      deadline.restart();
    }
  } finally {
    deadline.end();
  }
}

/** Restarts the deadline with each piece that is taken to be sent. */
export async function* restartedByEachPiece(
  body: AsyncIterable<Uint8Array>,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of body) {
    deadline.restart();
    yield piece;
  }
}

async function* stoppable(
  body: AsyncIterable<Uint8Array>,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = body[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (;;) {
      const step = await deadline.race(iterator.next());
      if (step.done === true) {
        finished = true;
        return;
      }
      yield step.value;
    }
  } finally {
    if (!finished) giveUp(iterator);
  }
}

/** Lets go of a source without waiting for it: it may be the one that hangs. */
function giveUp(iterator: AsyncIterator<Uint8Array>): void {
  const given = iterator.return?.();
  // What it says on its way out changes nothing: the reader has left, or knows a better error.
  given?.catch(() => undefined);
}
