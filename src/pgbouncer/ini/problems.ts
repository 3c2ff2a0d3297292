import type * as z from 'zod/mini';

import type { IniProblem } from './errors.ts';

/** What zod found wrong, each with the name of its key; values are left out. */
export function problemsOf(error: z.core.$ZodError): readonly IniProblem[] {
  return error.issues.flatMap((issue): readonly IniProblem[] => {
    if (issue.code === 'unrecognized_keys') {
      const [section] = issue.path;
      const reason =
        section === undefined
          ? 'is no section that the charm uses'
          : 'is no setting that the charm uses';
      return issue.keys.map((key) => ({ at: place([...issue.path, key]), reason }));
    }
    if (issue.code === 'invalid_key') {
      return issue.issues.map(({ message }) => ({ at: place(issue.path), reason: message }));
    }
    if ('input' in issue && issue.input === undefined) {
      return [{ at: place(issue.path), reason: 'is missing' }];
    }
    return [{ at: place(issue.path), reason: issue.message }];
  });
}

function place(path: readonly PropertyKey[]): string {
  const [section, ...keys] = path.map(readable);
  return section === undefined ? 'the file' : [`[${section}]`, ...keys].join(' ');
}

/** A key as it is when it is an ordinary one; otherwise escaped and cut, as it may be hostile. */
function readable(key: PropertyKey): string {
  const text = String(key);
  return /^[A-Za-z0-9_.-]{1,64}$/.test(text) ? text : JSON.stringify(text.slice(0, 64));
}
