import { actionFail, actionLog, actionSet } from '../../../src/juju/tools/action.ts';
import { applicationVersionSet } from '../../../src/juju/tools/application.ts';
import { k8sRawGet, k8sRawSet, k8sSpecGet, k8sSpecSet } from '../../../src/juju/tools/k8s-spec.ts';
import { leaderSet } from '../../../src/juju/tools/leader-settings.ts';
import { jujuLog } from '../../../src/juju/tools/log.ts';
import {
  payloadRegister,
  payloadStatusSet,
  payloadUnregister,
} from '../../../src/juju/tools/payload.ts';
import { closePort, openPort } from '../../../src/juju/tools/ports.ts';
import { jujuReboot } from '../../../src/juju/tools/reboot.ts';
import { relationSet } from '../../../src/juju/tools/relation.ts';
import { resourceGet } from '../../../src/juju/tools/resource.ts';
import {
  secretGrant,
  secretRemove,
  secretRevoke,
  secretSet,
} from '../../../src/juju/tools/secret-write.ts';
import { stateDelete, stateSet } from '../../../src/juju/tools/state.ts';
import { statusSet } from '../../../src/juju/tools/status.ts';
import { storageAdd } from '../../../src/juju/tools/storage.ts';
import { ok } from '../../support/canned-hook-tools.ts';
import type { Example } from './example.ts';

const database = { endpoint: 'database', id: 7 };
const uri = 'secret:9m4e2mr0ui3e8a215n4g';
const path = '/var/lib/juju/agents/unit-hello-0/resources/site/site.tar';

/** Every call whose answer is nothing, or text as it is. Secrets' content has tests of its own. */
export const writingExamples: readonly Example[] = [
  {
    tool: 'action-fail',
    call: (tools) => actionFail(tools, '-no space'),
    line: 'action-fail -- -no space',
  },
  {
    tool: 'action-log',
    call: (tools) => actionLog(tools, 'half of it'),
    line: 'action-log -- half of it',
  },
  {
    tool: 'action-set',
    call: (tools) =>
      actionSet(tools, { 'backup.id': '7', size: 1.5, ok: true, backup: { at: { host: 'a=b' } } }),
    line: 'action-set backup.id=7 size=1.5 ok=true backup.at.host=a=b',
  },
  {
    tool: 'application-version-set',
    call: (tools) => applicationVersionSet(tools, '1.18.0'),
    line: 'application-version-set -- 1.18.0',
  },
  {
    tool: 'close-port',
    call: (tools) => closePort(tools, { port: 53, protocol: 'udp' }),
    line: 'close-port 53/udp',
  },
  {
    tool: 'close-port',
    call: (tools) => closePort(tools, { protocol: 'icmp' }, { endpoints: ['web'] }),
    line: 'close-port icmp --endpoints web',
  },
  {
    tool: 'juju-log',
    call: (tools) => jujuLog(tools, 'WARNING', '--oops'),
    line: 'juju-log --log-level WARNING -- --oops',
  },
  { tool: 'juju-reboot', call: (tools) => jujuReboot(tools), line: 'juju-reboot' },
  {
    tool: 'juju-reboot',
    call: (tools) => jujuReboot(tools, { now: true }),
    line: 'juju-reboot --now',
  },
  {
    tool: 'k8s-raw-get',
    answer: () => ({ ...ok, stdout: 'kind: Service\n' }),
    call: (tools) => k8sRawGet(tools),
    line: 'k8s-raw-get',
    result: 'kind: Service\n',
  },
  {
    tool: 'k8s-raw-set',
    call: (tools) => k8sRawSet(tools, 'kind: Service'),
    line: 'k8s-raw-set --file - < kind: Service',
  },
  {
    tool: 'k8s-spec-get',
    answer: () => ({ ...ok, stdout: '' }),
    call: (tools) => k8sSpecGet(tools),
    line: 'k8s-spec-get',
    result: '',
  },
  {
    tool: 'k8s-spec-set',
    call: (tools) => k8sSpecSet(tools, 'version: 3'),
    line: 'k8s-spec-set --file - < version: 3',
  },
  {
    tool: 'leader-set',
    call: (tools) => leaderSet(tools, { port: '5432', gone: '' }),
    line: 'leader-set -- port=5432 gone=',
  },
  {
    tool: 'open-port',
    call: (tools) => openPort(tools, { port: 6432, protocol: 'tcp' }),
    line: 'open-port 6432/tcp',
  },
  {
    tool: 'open-port',
    call: (tools) =>
      openPort(tools, { port: 80, toPort: 90, protocol: 'tcp' }, { endpoints: ['api', 'web'] }),
    line: 'open-port 80-90/tcp --endpoints api,web',
  },
  {
    tool: 'payload-register',
    call: (tools) =>
      payloadRegister(
        tools,
        { type: 'docker', class: 'monitor', id: '0fcgaba' },
        { tags: ['a', 'b'] },
      ),
    line: 'payload-register -- docker monitor 0fcgaba a b',
  },
  {
    tool: 'payload-status-set',
    call: (tools) => payloadStatusSet(tools, { class: 'monitor', id: '0fcgaba' }, 'running'),
    line: 'payload-status-set -- monitor 0fcgaba running',
  },
  {
    tool: 'payload-unregister',
    call: (tools) => payloadUnregister(tools, { class: 'monitor', id: '0fcgaba' }),
    line: 'payload-unregister -- monitor 0fcgaba',
  },
  {
    tool: 'relation-set',
    call: (tools) => relationSet(tools, database, 'app', { key: 'a\nb=c', gone: '' }),
    line: 'relation-set -r database:7 --app --file - < {"key":"a\\nb=c","gone":""}',
  },
  {
    tool: 'resource-get',
    answer: () => ({ ...ok, stdout: path }),
    call: (tools) => resourceGet(tools, 'site'),
    line: 'resource-get -- site',
    result: path,
  },
  {
    tool: 'resource-get',
    answer: () => ({ ...ok, stdout: `${path} \n` }),
    call: (tools) => resourceGet(tools, 'site'),
    line: 'resource-get -- site',
    result: `${path} `,
  },
  {
    tool: 'secret-grant',
    call: (tools) => secretGrant(tools, uri, database),
    line: `secret-grant --relation database:7 ${uri}`,
  },
  {
    tool: 'secret-grant',
    call: (tools) => secretGrant(tools, uri, database, { unit: 'web/0' }),
    line: `secret-grant --relation database:7 --unit web/0 ${uri}`,
  },
  {
    tool: 'secret-remove',
    call: (tools) => secretRemove(tools, uri),
    line: `secret-remove ${uri}`,
  },
  {
    tool: 'secret-remove',
    call: (tools) => secretRemove(tools, uri, { revision: 2 }),
    line: `secret-remove ${uri} --revision 2`,
  },
  {
    tool: 'secret-revoke',
    call: (tools) => secretRevoke(tools, uri, { relation: database }),
    line: `secret-revoke --relation database:7 ${uri}`,
  },
  {
    tool: 'secret-revoke',
    call: (tools) => secretRevoke(tools, uri, { relation: database, unit: 'web/0' }),
    line: `secret-revoke --relation database:7 --unit web/0 ${uri}`,
  },
  {
    tool: 'secret-revoke',
    call: (tools) => secretRevoke(tools, uri, { app: 'web' }),
    line: `secret-revoke --app web ${uri}`,
  },
  {
    tool: 'secret-revoke',
    call: (tools) => secretRevoke(tools, uri, { unit: 'web/0' }),
    line: `secret-revoke --unit web/0 ${uri}`,
  },
  {
    tool: 'secret-set',
    call: (tools) =>
      secretSet(tools, uri, {
        label: '-db',
        description: '',
        expire: new Date('2025-02-01T00:00:00Z'),
        rotate: 'monthly',
        owner: 'unit',
      }),
    line: `secret-set --label -db --description  --expire 2025-02-01T00:00:00.000Z --rotate monthly --owner unit ${uri}`,
  },
  {
    tool: 'state-delete',
    call: (tools) => stateDelete(tools, '-odd'),
    line: 'state-delete -- -odd',
  },
  {
    tool: 'state-set',
    call: (tools) => stateSet(tools, { a: 'one "two"\n', b: '' }),
    line: 'state-set --file - < {"a":"one \\"two\\"\\n","b":""}',
  },
  {
    tool: 'status-set',
    call: (tools) => statusSet(tools, 'app', 'blocked', '--help'),
    line: 'status-set --application blocked -- --help',
  },
  {
    tool: 'storage-add',
    call: (tools) => storageAdd(tools, { data: 2, logs: 1 }),
    line: 'storage-add data=2 logs=1',
  },
];
