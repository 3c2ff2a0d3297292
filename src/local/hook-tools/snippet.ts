/** Shell text that stands for exactly this string. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What a snippet may hold itself; more than this, or a NUL, goes through a file and `cat`. */
const INLINE_LIMIT = 64 * 1024;

/** A script for the tool to run, and the files beside it that the script reads. */
export interface Snippet {
  readonly text: string;
  readonly files: readonly { readonly suffix: string; readonly content: string }[];
}

/** The shell command that sends this text, byte by byte as it is, where the redirection says. */
function emit(content: string, suffix: string, redirection: string): Snippet {
  if (content.length <= INLINE_LIMIT && !content.includes('\0')) {
    return { text: `printf %s ${quoteForShell(content)}${redirection}`, files: [] };
  }
  return {
    text: `cat "$calls/$number.${suffix}"${redirection}`,
    files: [{ suffix, content }],
  };
}

/** The snippet that writes a tool's files, prints its output, and ends it. */
export function answerSnippet(
  reply: { readonly code: number; readonly stdout: string; readonly stderr: string },
  writes: ReadonlyMap<string, string> = new Map(),
): Snippet {
  const files = [...writes].map(([path, content], index) => {
    const written = emit(content, `file-${String(index)}`, ` >|${quoteForShell(path)}`);
    return { ...written, text: `${written.text} || exit 1` };
  });
  const stdout = reply.stdout === '' ? [] : [emit(reply.stdout, 'stdout', '')];
  const stderr = reply.stderr === '' ? [] : [emit(reply.stderr, 'stderr', ' >&2')];
  const parts = [...files, ...stdout, ...stderr];
  return {
    text: [...parts.map(({ text }) => text), `exit ${String(reply.code)}`, ''].join('\n'),
    files: parts.flatMap((part) => part.files),
  };
}

/** The snippet that hands the tool's stdin to the agent. */
export const STDIN_SNIPPET: Snippet = {
  text: 'cat >|"$calls/$number.input"\ntell_agent "$number stdin"\n',
  files: [],
};

/**
 * The snippet that hands a file to the agent. The tool reads it, because the path means the
 * charm's view of the file system, which the agent need not share.
 */
export function readFileSnippet(path: string): Snippet {
  return {
    text: [
      `if cat <${quoteForShell(path)} >|"$calls/$number.input"`,
      'then tell_agent "$number read"',
      'else tell_agent "$number unread"',
      'fi 2>/dev/null',
      '',
    ].join('\n'),
    files: [],
  };
}
