import {
  gobBool,
  gobBytes,
  gobInt,
  gobSlice,
  gobString,
  gobStruct,
  gobUint,
  type GobType,
} from './types.ts';

/** The only method that Juju's agent serves on its socket. */
export const jujucMethod = 'Jujuc.Main';

/** What precedes each request of Go's net/rpc. */
export const rpcRequest: GobType<RpcRequest> = gobStruct('Request', {
  ServiceMethod: gobString,
  Seq: gobUint,
});

export interface RpcRequest {
  readonly ServiceMethod: string;
  /** The number that the answer repeats. */
  readonly Seq: number;
}

/** What precedes each answer of Go's net/rpc. */
export const rpcResponse: GobType<RpcResponse> = gobStruct('Response', {
  ServiceMethod: gobString,
  Seq: gobUint,
  Error: gobString,
});

export interface RpcResponse extends RpcRequest {
  /** Not empty when there is no answer; a struct without fields follows in its place. */
  readonly Error: string;
}

/** A call of a hook tool, as Juju's agent takes it. */
export const toolRequest: GobType<ToolRequestMessage> = gobStruct('Request', {
  ContextId: gobString,
  Dir: gobString,
  CommandName: gobString,
  Args: gobSlice('[]string', gobString),
  StdinSet: gobBool,
  Stdin: gobBytes,
  Token: gobString,
});

export interface ToolRequestMessage {
  /** From JUJU_CONTEXT_ID: new for every run. */
  readonly ContextId: string;
  /** The caller's working directory, which must be absolute. */
  readonly Dir: string;
  readonly CommandName: string;
  readonly Args: readonly string[];
  /** Without it, a command that reads its stdin is refused. */
  readonly StdinSet: boolean;
  readonly Stdin: Uint8Array;
  /** From JUJU_AGENT_TOKEN. Juju 4.0 has no such field, and reads over it. */
  readonly Token: string;
}

/** What a hook tool answered, whatever its exit code. */
export const toolResponse: GobType<ToolResponseMessage> = gobStruct('ExecResponse', {
  Code: gobInt,
  Stdout: gobBytes,
  Stderr: gobBytes,
});

export interface ToolResponseMessage {
  readonly Code: number;
  readonly Stdout: Uint8Array;
  readonly Stderr: Uint8Array;
}

/** What stands in for an answer that there is none of. */
export const noResponse: GobType<object> = gobStruct('', {});
