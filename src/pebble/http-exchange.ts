import type { Ending } from './ending.ts';
import { PebbleConnectionError, type PebbleError } from './errors.ts';
import { ReplyBody, type BodySource } from './reply-body.ts';
import type { ReplyHead } from './reply-head.ts';
import { ReplyParser, type ReplyListener } from './reply-parser.ts';
import { codeOf } from './socket-failure.ts';
import type { PebbleRequest, PebbleResponse } from './transport.ts';

/** A connection that was kept from an earlier exchange turned out to be dead. */
export class StaleConnectionError extends Error {
  /** The daemon cannot have acted on the request, or acting twice does no harm. */
  readonly mayRepeat: boolean;
  readonly connectionError: PebbleConnectionError;

  constructor(connectionError: PebbleConnectionError, mayRepeat: boolean) {
    super(connectionError.message, { cause: connectionError });
    this.name = 'StaleConnectionError';
    this.mayRepeat = mayRepeat;
    this.connectionError = connectionError;
  }
}

/** The connection that an exchange goes over. */
export interface ExchangeCarrier extends BodySource {
  /** The exchange has to end before its reply is whole. */
  stop(reason: unknown): void;
  /** The reply is whole. */
  finish(): void;
}

/** One exchange on a connection, from its first byte to the last of its reply. */
export class HttpExchange implements ReplyListener {
  readonly request: PebbleRequest;
  readonly parser: ReplyParser = new ReplyParser(this);
  /** Settles when the reply's headers have come. */
  readonly response: Promise<PebbleResponse>;
  /** All of the request was handed to the socket. */
  sent = false;
  /** Any byte of a reply has come. */
  received = false;
  /** The headers of the reply have come. */
  answered = false;
  readonly #carrier: ExchangeCarrier;
  readonly #onKept: boolean;
  readonly #ending: Ending;
  readonly #body: ReplyBody;
  #resolve: (response: PebbleResponse) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #wake: (() => void) | undefined;

  /** @param onKept whether the connection has carried an exchange before. */
  constructor(request: PebbleRequest, carrier: ExchangeCarrier, onKept: boolean, ending: Ending) {
    this.request = request;
    this.#carrier = carrier;
    this.#onKept = onKept;
    this.#ending = ending;
    this.#body = new ReplyBody(carrier);
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    ending.listen(this.#stop);
  }

  head({ status, headers }: ReplyHead): void {
    this.answered = true;
    this.wake();
    const body = this.#body;
    this.#resolve({ status, headers, body, takeWhole: () => body.takeWhole() });
  }

  body(piece: Buffer): void {
    this.#body.push(piece);
  }

  end(): void {
    this.#ending.unlisten(this.#stop);
    this.#body.end();
    this.#carrier.finish();
  }

  /** It cannot be finished. */
  fail(error: PebbleError): void {
    this.#ending.unlisten(this.#stop);
    this.#body.fail(error);
    this.wake();
    const stale =
      this.#onKept && !this.received && error instanceof PebbleConnectionError
        ? new StaleConnectionError(error, mayRepeat(this.request, error.cause))
        : error;
    this.#reject(stale);
  }

  /** What it sends has failed: the caller's own error, not the daemon's. */
  failSource(error: unknown): void {
    this.#reject(error);
  }

  /** Resolves when there may be room to send, or nothing more is to be sent. */
  async room(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Lets a sender go on that waits for room, or tells it to stop. */
  wake(): void {
    this.#wake?.();
  }

  readonly #stop = (): void => {
    this.#carrier.stop(this.#ending.reason);
  };
}

/** A whole body of text that met a closed connection was not received. */
function mayRepeat({ method, body }: PebbleRequest, cause: unknown): boolean {
  if (method === 'GET') return true;
  return typeof body === 'string' && codeOf(cause) === 'EPIPE';
}
