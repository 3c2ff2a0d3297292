/**
 * The program behind every hook tool: a POSIX shell script that starts no other process unless it
 * has to hand over stdin, a file or a large answer. A Node process would take ten times as long to
 * start as all of this takes to run.
 *
 * It looks for the open run in `.calls` beside itself. There it
 *
 * 1. claims a free reply FIFO by creating the request file of the same number (`set -C` makes that
 *    exclusive), with context id, working directory, name and arguments, each ended by a NUL. The
 *    agent removes a used FIFO before its request, so a claim holds only if the FIFO is still there;
 * 2. opens the FIFO for reading only. It opens it for reading and writing first: that open never
 *    waits, also when no agent is left, and with it the second does not wait either;
 * 3. writes its number to the agent's FIFO, and reads lines from its own. A number is the exit
 *    code. An empty line says that the agent left a snippet in the answer file: to print output,
 *    or to hand over stdin. End of file says that the agent is gone.
 */
export const CLIENT_SCRIPT: string = `#!/bin/sh
# A hook tool of charmwright's local Juju. The name it is called by says which.
set -C
trap '' PIPE

refuse() {
  printf 'ERROR %s\\n' "$1" >&2
  exit 1
}

tell_agent() {
  printf '%s\\n' "$1" 1<>"$calls/agent" || refuse 'connection is shut down'
}

claim() {
  for slot in "$calls"/free/*; do
    [ -p "$slot" ] || continue
    number=\${slot##*/}
    { printf '%s\\0' "$JUJU_CONTEXT_ID" "$PWD" "$tool" "$@" >"$calls/$number.request"; } \\
      2>/dev/null && [ -p "$slot" ] && return 0
  done
  return 1
}

tool=\${0##*/}
calls=\${0%/*}/.calls
[ -n "$JUJU_CONTEXT_ID" ] || refuse 'JUJU_CONTEXT_ID not set'

until claim "$@"; do
  [ -p "$calls/agent" ] ||
    refuse "dial unix $JUJU_AGENT_SOCKET_ADDRESS: connect: no such file or directory"
  tell_agent more
  sleep 0.05
done

exec 4<>"$slot" 3<"$slot" 4>&-
tell_agent "$number"
while IFS= read -r code <&3; do
  [ -z "$code" ] || exit "$code"
  . "$calls/$number.answer"
done
refuse 'connection is shut down'
`;
