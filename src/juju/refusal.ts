import {
  HookToolContextError,
  HookToolError,
  HookToolNotFoundError,
  HookToolPermissionError,
  HookToolUnsupportedError,
  HookToolUsageError,
  saidBy,
  type MissingThing,
} from './errors.ts';
import type { HookToolCall, HookToolReply } from './hook-tool.ts';
import type { JujuVersion } from './version.ts';

/** What a tool says, in the cases where it misses something, and what that is. */
type Misses = readonly (readonly [said: RegExp, thing: MissingThing])[];

const relation: Misses[number] = [/\brelation(?: "[^"]*"| \d+)? not found\b/i, 'relation'];
const secret: Misses[number] = [
  /\b(?:secret(?: revision| consumer| with label)?|(?:consumer |owner )?label)(?: "[^"]*")? not found\b/i,
  'secret',
];
const secretKey: Misses[number] = [/\bkey(?: value)? "[^"]*" not found\b/i, 'secret key'];
const unit: Misses[number] = [
  /\b(?:unit|settings)(?: for unit)?(?: "[^"]*")? not found\b/i,
  'unit',
];

const ofRelations: Misses = [relation, unit];
const ofSecrets: Misses = [secretKey, secret];
const ofGrants: Misses = [relation, [/\bsecret access scope not found\b/i, 'relation'], secret];
const ofPodSpecs: Misses = [
  [/\b(?:podspec|raw k8s spec) for application \S+ not found\b/i, 'pod spec'],
];
const ofPayloads: Misses = [[/\bpayload(?: "[^"]*")? not found\b/i, 'payload']];

/**
 * Each tool misses only what it looks for: "not found" says too little by itself, since a refusal
 * can quote a label or a message in which those words stand.
 */
const misses: Readonly<Record<string, Misses>> = {
  'relation-ids': ofRelations,
  'relation-list': ofRelations,
  'relation-get': ofRelations,
  'relation-set': ofRelations,
  'relation-model-get': ofRelations,
  'network-get': [
    relation,
    [/\bno network config found for binding\b/i, 'binding'],
    [/\bbinding(?: name)? "[^"]*" not defined\b/i, 'binding'],
  ],
  'secret-add': ofSecrets,
  'secret-get': ofSecrets,
  'secret-grant': ofGrants,
  'secret-info-get': ofSecrets,
  'secret-remove': ofSecrets,
  'secret-revoke': ofGrants,
  'secret-set': ofSecrets,
  'storage-get': [
    [/\bstorage\b.* not found\b/i, 'storage'],
    [/\bno storage instance\b/i, 'storage'],
  ],
  'storage-add': [[/\bstorage(?: "[^"]*")? not found\b/i, 'storage']],
  'resource-get': [[/\bcould not download resource: .*\bresource\b.*\bnot found\b/i, 'resource']],
  'state-get': [[/^"[^]*" not found$/i, 'state key']],
  'k8s-spec-get': ofPodSpecs,
  'k8s-raw-get': ofPodSpecs,
  'payload-unregister': ofPayloads,
  'payload-register': ofPayloads,
  'payload-status-set': ofPayloads,
};

/**
 * The words of a refused permission. Those of the file system say "open <path>: permission denied":
 * they are about a file that the agent cannot read, not about what Juju allows.
 */
const denied =
  /(?<!\bopen \S+: )\bpermission denied$|\baccess denied\b|\bunauthorized\b|\bnot the leader\b|\bcannot write (?:relation|leadership) settings\b/i;

/** The words of a tool that Juju has, but not in this hook. */
const elsewhere =
  /\bnot running an action\b|\bnot implemented for restricted context\b|\bnot supported when running an action\b/i;

/** What an agent says to a name that it does not have. */
const unknownTool = /\bunknown command: /i;

/**
 * The error for a refusal, by the tool that refuses and what it wrote: Juju gives nothing better
 * to go by. The exit code alone says little, for a relation that is gone is a mistake in the
 * arguments to Juju (2).
 */
export function refusal(
  call: HookToolCall,
  reply: HookToolReply,
  version: JujuVersion | undefined,
): HookToolError | HookToolUnsupportedError {
  const said = saidBy(reply);
  if (unknownTool.test(said)) return new HookToolUnsupportedError(call.tool, version);
  if (call.tool === 'credential-get' && /"caas" model not supported/.test(said)) {
    return new HookToolUnsupportedError(call.tool, version, {
      only: 'on Kubernetes from 3.6.10 on',
    });
  }
  if (elsewhere.test(said)) {
    return new HookToolContextError(call, reply, ' Juju has this tool for other hooks only.');
  }
  const missed = misses[call.tool]?.find(([words]) => words.test(said));
  if (missed !== undefined) return new HookToolNotFoundError(call, reply, missed[1]);
  if (/\bpermission denied$/i.test(said) && isOfAnyUnit(call)) {
    return new HookToolNotFoundError(call, reply, 'relation');
  }
  if (denied.test(said)) {
    return new HookToolPermissionError(call, reply, ' Juju allows it to others only.');
  }
  if (reply.code === 2) {
    return new HookToolUsageError(call, reply, ' Juju does not take these arguments.');
  }
  return new HookToolError(call, reply);
}

/**
 * Whether Juju lets every unit do this for every relation that is there. Then "permission denied"
 * is how the controller says that the relation is gone, where the agent does not know yet, as
 * after the removal of the other side's model. Only databags of applications have readers and
 * writers of their own.
 */
function isOfAnyUnit({ tool, args }: HookToolCall): boolean {
  const end = args.indexOf('--');
  const flags = end === -1 ? args : args.slice(0, end);
  return anyUnitTools.includes(tool) && !flags.includes('--app');
}

const anyUnitTools: readonly string[] = [
  'network-get',
  'relation-get',
  'relation-list',
  'relation-model-get',
  'relation-set',
];
