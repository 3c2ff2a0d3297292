/** A call of a hook tool as its executable hands it to the agent. */
export interface ToolRequest {
  readonly tool: string;
  readonly args: readonly string[];
  /** The run that the caller believes to be in (JUJU_CONTEXT_ID). Absent: this one. */
  readonly contextId?: string;
  /** The caller's working directory, against which file arguments are resolved. */
  readonly cwd?: string;
  /** All of the caller's stdin, when it has been read. */
  readonly stdin?: string;
}

/** What the executable shall print, and its exit code. */
export interface ToolReply {
  /** 0 success, 1 the command failed, 2 its arguments were refused. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The command reads stdin and the request held none: read it and ask again. */
  readonly needsStdin?: true;
}
