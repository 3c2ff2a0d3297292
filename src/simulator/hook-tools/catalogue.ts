import { actionFail, actionGet, actionLog, actionSet } from './action.ts';
import { applicationVersionSet } from './application-version-set.ts';
import { configGet } from './config-get.ts';
import { credentialGet } from './credential-get.ts';
import { goalState } from './goal-state.ts';
import type { HookTool } from './hook-tool.ts';
import { isLeaderTool } from './is-leader.ts';
import { jujuLog } from './juju-log.ts';
import { jujuReboot } from './juju-reboot.ts';
import {
  k8sRawGet,
  k8sRawSet,
  k8sSpecGet,
  k8sSpecSet,
  podSpecGet,
  podSpecSet,
} from './k8s-spec.ts';
import { leaderGet, leaderSet } from './leader-settings.ts';
import { networkGet } from './network-get.ts';
import { payloadRegister, payloadStatusSet, payloadUnregister } from './payload.ts';
import { closePort, openedPorts, openPort } from './ports.ts';
import { relationGet } from './relation-get.ts';
import { relationIds } from './relation-ids.ts';
import { relationList } from './relation-list.ts';
import { relationModelGet } from './relation-model-get.ts';
import { relationSet } from './relation-set.ts';
import { resourceGet } from './resource-get.ts';
import { secretAdd } from './secret-add.ts';
import { secretGet } from './secret-get.ts';
import { secretGrant, secretRevoke } from './secret-grant.ts';
import { secretIds, secretInfoGet } from './secret-info-get.ts';
import { secretRemove } from './secret-remove.ts';
import { secretSet } from './secret-set.ts';
import { stateDelete, stateGet, stateSet } from './state.ts';
import { statusGet } from './status-get.ts';
import { statusSet } from './status-set.ts';
import { storageAdd, storageGet, storageList } from './storage.ts';
import { unitGet } from './unit-get.ts';

/** The hook tools that do their work, by name. */
export const hookTools: ReadonlyMap<string, HookTool> = new Map(
  [
    actionFail,
    actionGet,
    actionLog,
    actionSet,
    applicationVersionSet,
    closePort,
    configGet,
    credentialGet,
    goalState,
    isLeaderTool,
    jujuLog,
    jujuReboot,
    k8sRawGet,
    k8sRawSet,
    k8sSpecGet,
    k8sSpecSet,
    leaderGet,
    leaderSet,
    networkGet,
    openPort,
    openedPorts,
    payloadRegister,
    payloadStatusSet,
    payloadUnregister,
    podSpecGet,
    podSpecSet,
    relationGet,
    relationIds,
    relationList,
    relationModelGet,
    relationSet,
    resourceGet,
    secretAdd,
    secretGet,
    secretGrant,
    secretIds,
    secretInfoGet,
    secretRemove,
    secretRevoke,
    secretSet,
    stateDelete,
    stateGet,
    stateSet,
    statusGet,
    statusSet,
    storageAdd,
    storageGet,
    storageList,
    unitGet,
  ].map((tool) => [tool.name, tool]),
);

/** Every name that a charm finds in the folder of hook tools. */
export const hookToolNames: readonly string[] = [...hookTools.keys()].sort();
