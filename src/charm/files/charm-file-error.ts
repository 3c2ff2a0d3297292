import { CharmwrightError } from '../../errors.ts';

/** The files that say what a charm is. */
export type CharmFileName = 'metadata.yaml' | 'config.yaml' | 'actions.yaml' | 'charmcraft.yaml';

/** One thing that is wrong in a charm's file. */
export interface CharmFileIssue {
  readonly file: CharmFileName;
  /** `options.port.type`, or empty for the whole file. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly problem: string;
}

/** A charm's YAML files are not YAML, or say what Juju would not accept. It tells of all places. */
export class CharmFileError extends CharmwrightError {
  readonly code = 'charm-file-invalid';
  readonly issues: readonly CharmFileIssue[];

  constructor(issues: readonly CharmFileIssue[], options?: ErrorOptions) {
    const places = issues.map(
      ({ file, line, path, problem }) =>
        `${file}:${line}: ${path === '' ? '' : `${path}: `}${problem}`,
    );
    const list = places.length === 1 ? ` ${places.join('')}` : `\n  ${places.join('\n  ')}\n`;
    const advice = places.length === 1 ? '. Correct the file.' : 'Correct these places.';
    super(`cannot read the charm's files:${list}${advice}`, options);
    this.issues = issues;
  }
}
