import { randomBytes } from 'node:crypto';
import type { PebbleResponse } from '../../../pebble/transport.ts';
import type { FileSystem } from '../file-system.ts';
import { streamReply, syncEnvelope } from '../reply.ts';
import { PathRequestError, attemptPath, type PathOutcome } from './path-problem.ts';
import { statAsNamed } from './stat-as-named.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

const boundaryBytes = 30;

/** Answers with the content of files, each read while it is sent. */
export function readFiles(paths: readonly string[], files: FileSystem): PebbleResponse {
  const boundary = randomBytes(boundaryBytes).toString('hex');
  return streamReply(
    `multipart/form-data; boundary=${boundary}`,
    printParts(paths, files, boundary),
  );
}

async function* printParts(
  paths: readonly string[],
  files: FileSystem,
  boundary: string,
): AsyncGenerator<Uint8Array> {
  const outcomes: PathOutcome[] = [];
  let start = '';
  const head = (disposition: string, type: string): Uint8Array => {
    const text = `${start}--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}\r\n\r\n`;
    start = '\r\n';
    return encode(text);
  };
  for (const path of paths) {
    let content: AsyncIterable<Uint8Array> | undefined;
    const opened = await attemptPath(path, async () => {
      content = await openRegular(path, files);
    });
    if (content === undefined) {
      outcomes.push(opened);
      continue;
    }
    yield head(`name="files"; filename="${spelled(path)}"`, 'application/octet-stream');
    outcomes.push(yield* copyContent(path, content));
  }
  yield head('name="response"', 'application/json');
  yield encode(`${syncEnvelope(outcomes)}\n\r\n--${boundary}--\r\n`);
}

async function openRegular(path: string, files: FileSystem): Promise<AsyncIterable<Uint8Array>> {
  const status = await statAsNamed(files, path);
  if (status.kind !== 'file') {
    throw new PathRequestError(`can only read a regular file: ${goQuote(path)}`);
  }
  return files.read(path);
}

/** A read that breaks midway ends the part; only the last part tells. */
async function* copyContent(
  path: string,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, PathOutcome> {
  const chunks = content[Symbol.asyncIterator]();
  try {
    for (;;) {
      let chunk: Uint8Array | undefined;
      const outcome = await attemptPath(path, async () => {
        const next = await chunks.next();
        chunk = next.done === true ? undefined : next.value;
      });
      if (chunk === undefined) {
        return outcome;
      }
      yield chunk;
    }
  } finally {
    await chunks.return?.();
  }
}

/** As Go spells it: what would end the value or the line is spelled otherwise. */
function spelled(path: string): string {
  return path.replace(/[\\"]/g, '\\$&').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
