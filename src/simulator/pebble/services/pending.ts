/** Something that somebody waits for and that is settled from elsewhere. */
export interface Pending {
  readonly promise: Promise<void>;
  settle(error?: Error): void;
}

const nothing = (): void => undefined;

/** Its rejection counts as handled, so that nobody has to be waiting. */
export function pending(): Pending {
  let resolve: () => void = nothing;
  let reject: (error: Error) => void = nothing;
  const promise = new Promise<void>((whenDone, whenFailed) => {
    resolve = whenDone;
    reject = whenFailed;
  });
  promise.catch(nothing);
  return {
    promise,
    settle: (error) => {
      if (error === undefined) {
        resolve();
      } else {
        reject(error);
      }
    },
  };
}
