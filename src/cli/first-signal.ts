/** How a process tells that a signal ended it. */
export const signalExitCodes = { SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;

/**
 * Takes the first SIGINT or SIGTERM as a wish to leave, with the exit code for it. A second one
 * ends the process at once.
 *
 * @returns what undoes it.
 */
export function onFirstSignal(leave: (exitCode: number) => void): () => void {
  const listener = (signal: NodeJS.Signals): void => {
    forget();
    leave(signal === 'SIGINT' ? signalExitCodes.SIGINT : signalExitCodes.SIGTERM);
  };
  const forget = (): void => {
    process.off('SIGINT', listener).off('SIGTERM', listener);
  };
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return forget;
}
