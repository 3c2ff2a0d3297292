import { hookName, type Hook } from './hook.ts';

/** Where the unit's agent keeps things. */
export interface AgentPaths {
  readonly charmDir: string;
  /** The folder of the hook tools; it leads the hook's PATH. */
  readonly toolsDir: string;
  readonly agentSocket: string;
  /** The agent's own PATH, which follows the tools. */
  readonly path: string;
}

/** What the environment says about model and run. */
export interface RunIdentity {
  readonly unit: string;
  /** Empty on Kubernetes. */
  readonly machineId: string;
  readonly modelName: string;
  readonly modelUuid: string;
  readonly jujuVersion: string;
  readonly contextId: string;
}

/** The whole environment of a dispatch: Juju passes these variables and no other. */
export function hookEnvironment(
  hook: Hook,
  run: RunIdentity,
  paths: AgentPaths,
): Record<string, string> {
  const name = hookName(hook);
  return {
    APT_LISTCHANGES_FRONTEND: 'none',
    CHARM_DIR: paths.charmDir,
    CLOUD_API_VERSION: run.machineId === '' ? '1.31.0' : '',
    DEBIAN_FRONTEND: 'noninteractive',
    JUJU_AGENT_SOCKET_ADDRESS: paths.agentSocket,
    JUJU_AGENT_SOCKET_NETWORK: 'unix',
    JUJU_API_ADDRESSES: '10.152.183.1:17070',
    JUJU_AVAILABILITY_ZONE: '',
    JUJU_CHARM_DIR: paths.charmDir,
    JUJU_CHARM_FTP_PROXY: '',
    JUJU_CHARM_HTTPS_PROXY: '',
    JUJU_CHARM_HTTP_PROXY: '',
    JUJU_CHARM_NO_PROXY: '',
    JUJU_CONTEXT_ID: run.contextId,
    JUJU_DISPATCH_PATH: `${hook.kind === 'action' ? 'actions' : 'hooks'}/${name}`,
    JUJU_HOOK_NAME: hook.kind === 'action' ? '' : name,
    JUJU_MACHINE_ID: run.machineId,
    JUJU_MODEL_NAME: run.modelName,
    JUJU_MODEL_UUID: run.modelUuid,
    JUJU_PRINCIPAL_UNIT: '',
    ...(Number.parseInt(run.jujuVersion, 10) < 4 ? { JUJU_SLA: 'unsupported' } : {}),
    JUJU_UNIT_NAME: run.unit,
    JUJU_VERSION: run.jujuVersion,
    LANG: 'C.UTF-8',
    PATH: `${paths.toolsDir}:${paths.path}`,
    TERM: 'tmux-256color',
    ...aboutHook(hook),
  };
}

function aboutHook(hook: Hook): Record<string, string> {
  switch (hook.kind) {
    case 'relation-created':
    case 'relation-joined':
    case 'relation-changed':
    case 'relation-departed':
    case 'relation-broken':
      return {
        JUJU_RELATION: hook.endpoint,
        JUJU_RELATION_ID: `${hook.endpoint}:${hook.relationId}`,
        JUJU_REMOTE_APP: hook.remoteApp,
        JUJU_REMOTE_UNIT: hook.remoteUnit ?? '',
        ...(hook.departingUnit === undefined ? {} : { JUJU_DEPARTING_UNIT: hook.departingUnit }),
      };
    case 'pebble-ready':
      return { JUJU_WORKLOAD_NAME: hook.container };
    case 'pebble-custom-notice':
      return {
        JUJU_NOTICE_ID: hook.noticeId,
        JUJU_NOTICE_KEY: hook.noticeKey,
        JUJU_NOTICE_TYPE: 'custom',
        JUJU_WORKLOAD_NAME: hook.container,
      };
    case 'pebble-check-failed':
    case 'pebble-check-recovered':
      return { JUJU_PEBBLE_CHECK_NAME: hook.check, JUJU_WORKLOAD_NAME: hook.container };
    case 'storage-attached':
    case 'storage-detaching':
      return {
        JUJU_STORAGE_ID: hook.storageId,
        JUJU_STORAGE_KIND: hook.storageKind,
        JUJU_STORAGE_LOCATION: hook.location,
      };
    case 'secret-changed':
    case 'secret-rotate':
    case 'secret-expired':
    case 'secret-remove':
      return {
        JUJU_SECRET_ID: `secret:${hook.secretId}`,
        JUJU_SECRET_LABEL: hook.label,
        ...(hook.kind === 'secret-expired' || hook.kind === 'secret-remove'
          ? { JUJU_SECRET_REVISION: String(hook.revision) }
          : {}),
      };
    case 'action':
      return {
        JUJU_ACTION_NAME: hook.action,
        JUJU_ACTION_TAG: `action-${hook.actionId}`,
        JUJU_ACTION_UUID: hook.actionId,
      };
    default:
      return {};
  }
}
