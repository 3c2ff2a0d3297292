import { actionGet, actionGetParam } from '../../../src/juju/tools/action.ts';
import { configGet, configGetAll, configGetOption } from '../../../src/juju/tools/config.ts';
import { credentialGet } from '../../../src/juju/tools/credential.ts';
import { goalState } from '../../../src/juju/tools/goal-state.ts';
import { leaderGet } from '../../../src/juju/tools/leader-settings.ts';
import { isLeader } from '../../../src/juju/tools/leadership.ts';
import { networkGet } from '../../../src/juju/tools/network.ts';
import { openedEndpointPorts, openedPorts } from '../../../src/juju/tools/ports.ts';
import {
  relationApp,
  relationGet,
  relationGetKey,
  relationIds,
  relationList,
  relationModelGet,
} from '../../../src/juju/tools/relation.ts';
import { secretGet, secretIds, secretInfoGet } from '../../../src/juju/tools/secret.ts';
import { stateGet, stateGetKey } from '../../../src/juju/tools/state.ts';
import { statusGet } from '../../../src/juju/tools/status.ts';
import {
  storageGet,
  storageList,
  storageListAll,
  storageLocation,
} from '../../../src/juju/tools/storage.ts';
import { unitGet } from '../../../src/juju/tools/unit.ts';
import { SecretUri } from '../../../src/juju/secret-uri.ts';
import type { Example } from './example.ts';

const database = { endpoint: 'database', id: 7 };
const id = '9m4e2mr0ui3e8a215n4g';
const uri = `secret:${id}`;

/** Every call whose answer is JSON. */
export const readingExamples: readonly Example[] = [
  {
    tool: 'action-get',
    answer: { force: true, nested: { a: 1 } },
    call: (tools) => actionGet(tools),
    line: 'action-get --format=json',
    result: { force: true, nested: { a: 1 } },
  },
  {
    tool: 'action-get',
    answer: null,
    call: (tools) => actionGet(tools),
    line: 'action-get --format=json',
    result: {},
  },
  {
    tool: 'action-get',
    answer: 'db.example',
    call: (tools) => actionGetParam(tools, 'target.host'),
    line: 'action-get --format=json -- target.host',
    result: 'db.example',
  },
  {
    tool: 'action-get',
    answer: null,
    call: (tools) => actionGetParam(tools, '-odd'),
    line: 'action-get --format=json -- -odd',
  },
  {
    tool: 'config-get',
    answer: { port: 6432, mode: 'session', tls: false, unset: null, 'new-in-juju-9': 1.5 },
    call: (tools) => configGet(tools),
    line: 'config-get --format=json',
    result: { port: 6432, mode: 'session', tls: false, 'new-in-juju-9': 1.5 },
  },
  {
    tool: 'config-get',
    answer: { port: 6432, unset: null },
    call: (tools) => configGetAll(tools),
    line: 'config-get --all --format=json',
    result: { port: 6432, unset: null },
  },
  {
    tool: 'config-get',
    answer: uri,
    call: (tools) => configGetOption(tools, 'credentials'),
    line: 'config-get --format=json -- credentials',
    result: uri,
  },
  {
    tool: 'config-get',
    answer: null,
    call: (tools) => configGetOption(tools, 'unset'),
    line: 'config-get --format=json -- unset',
  },
  {
    tool: 'credential-get',
    answer: {
      type: 'ec2',
      name: 'aws',
      region: 'eu-west-1',
      endpoint: 'https://ec2.example',
      'identity-endpoint': '',
      credential: {
        'auth-type': 'access-key',
        attrs: { 'access-key': 'AK', 'secret-key': 'SK' },
        redacted: ['token'],
      },
      'is-controller-cloud': true,
      'new-in-juju-9': {},
    },
    call: (tools) => credentialGet(tools),
    line: 'credential-get --format=json',
    result: {
      type: 'ec2',
      name: 'aws',
      region: 'eu-west-1',
      endpoint: 'https://ec2.example',
      credential: {
        authType: 'access-key',
        attributes: { 'access-key': 'AK', 'secret-key': 'SK' },
        redacted: ['token'],
      },
      caCertificates: [],
      skipTlsVerify: false,
      isControllerCloud: true,
    },
  },
  {
    tool: 'credential-get',
    answer: {
      type: 'lxd',
      name: 'here',
      'identity-endpoint': 'https://id.example',
      'storage-endpoint': 'https://storage.example',
      credential: null,
      cacertificates: ['PEM'],
      'skip-tls-verify': true,
    },
    call: (tools) => credentialGet(tools),
    line: 'credential-get --format=json',
    result: {
      type: 'lxd',
      name: 'here',
      identityEndpoint: 'https://id.example',
      storageEndpoint: 'https://storage.example',
      caCertificates: ['PEM'],
      skipTlsVerify: true,
      isControllerCloud: false,
    },
  },
  {
    tool: 'goal-state',
    answer: {
      units: {
        'hello/0': { status: 'active', since: '2025-01-02 03:04:05Z' },
        'hello/1': { status: 'waiting' },
      },
      relations: {
        database: { postgresql: { status: 'joined', since: '2025-01-02 03:04:06Z' } },
        web: null,
      },
      'new-in-juju-9': 1,
    },
    call: (tools) => goalState(tools),
    line: 'goal-state --format=json',
    result: {
      units: {
        'hello/0': { status: 'active', since: new Date('2025-01-02T03:04:05Z') },
        'hello/1': { status: 'waiting' },
      },
      relations: {
        database: { postgresql: { status: 'joined', since: new Date('2025-01-02T03:04:06Z') } },
        web: {},
      },
    },
  },
  {
    tool: 'goal-state',
    answer: { units: null },
    call: (tools) => goalState(tools),
    line: 'goal-state --format=json',
    result: { units: {}, relations: {} },
  },
  {
    tool: 'is-leader',
    answer: true,
    call: (tools) => isLeader(tools),
    line: 'is-leader --format=json',
    result: true,
  },
  {
    tool: 'leader-get',
    answer: { port: '5432' },
    call: (tools) => leaderGet(tools),
    line: 'leader-get --format=json',
    result: { port: '5432' },
  },
  {
    tool: 'leader-get',
    answer: null,
    call: (tools) => leaderGet(tools),
    line: 'leader-get --format=json',
    result: {},
  },
  {
    tool: 'network-get',
    answer: {
      'bind-addresses': [
        { 'mac-address': '', 'interface-name': '', addresses: null },
        {
          'mac-address': '02:42:0a:01:02:03',
          'interface-name': 'eth0',
          addresses: [
            { value: '10.1.2.3', hostname: 'web.example', cidr: '10.1.2.0/24', 'new-in-9': 1 },
            { value: '', cidr: '' },
            { value: 'fd00::3' },
          ],
        },
        { addresses: [{ address: '192.168.0.1' }] },
      ],
      'egress-subnets': ['10.152.183.7/32'],
      'ingress-addresses': ['10.152.183.7', 'lb.example'],
    },
    call: (tools) => networkGet(tools, 'database'),
    line: 'network-get database --format=json',
    result: {
      bindAddress: '10.1.2.3',
      ingressAddress: '10.152.183.7',
      bindAddresses: [
        { interfaceName: '', macAddress: '', addresses: [] },
        {
          interfaceName: 'eth0',
          macAddress: '02:42:0a:01:02:03',
          addresses: [
            { value: '10.1.2.3', hostname: 'web.example', cidr: '10.1.2.0/24' },
            { value: 'fd00::3', hostname: '', cidr: '' },
          ],
        },
        {
          interfaceName: '',
          macAddress: '',
          addresses: [{ value: '192.168.0.1', hostname: '', cidr: '' }],
        },
      ],
      ingressAddresses: ['10.152.183.7', 'lb.example'],
      egressSubnets: ['10.152.183.7/32'],
    },
  },
  {
    tool: 'network-get',
    answer: {},
    call: (tools) => networkGet(tools, 'database', { relation: database }),
    line: 'network-get database --format=json -r database:7',
    result: { bindAddresses: [], ingressAddresses: [], egressSubnets: [] },
  },
  {
    tool: 'network-get',
    answer: { 'bind-addresses': null, 'egress-subnets': null, 'ingress-addresses': [''] },
    call: (tools) => networkGet(tools, 'juju-info'),
    line: 'network-get juju-info --format=json',
    result: { bindAddresses: [], ingressAddresses: [], egressSubnets: [] },
  },
  {
    tool: 'opened-ports',
    answer: ['icmp', '6432/tcp', '8080-8088/tcp', '53/udp', '9/sctp'],
    call: (tools) => openedPorts(tools),
    line: 'opened-ports --format=json',
    result: [
      { protocol: 'icmp' },
      { port: 6432, protocol: 'tcp' },
      { port: 8080, toPort: 8088, protocol: 'tcp' },
      { port: 53, protocol: 'udp' },
    ],
  },
  {
    tool: 'opened-ports',
    answer: null,
    call: (tools) => openedPorts(tools),
    line: 'opened-ports --format=json',
    result: [],
  },
  {
    tool: 'opened-ports',
    answer: ['80/tcp (*)', '443-444/tcp (api, web)', 'icmp (web)', '53/udp'],
    call: (tools) => openedEndpointPorts(tools),
    line: 'opened-ports --endpoints --format=json',
    result: [
      { port: { port: 80, protocol: 'tcp' }, endpoints: ['*'] },
      { port: { port: 443, toPort: 444, protocol: 'tcp' }, endpoints: ['api', 'web'] },
      { port: { protocol: 'icmp' }, endpoints: ['web'] },
      { port: { port: 53, protocol: 'udp' }, endpoints: ['*'] },
    ],
  },
  {
    tool: 'relation-ids',
    answer: ['database:12', 'database:7'],
    call: (tools) => relationIds(tools, 'database'),
    line: 'relation-ids database --format=json',
    result: [7, 12],
  },
  {
    tool: 'relation-ids',
    answer: null,
    call: (tools) => relationIds(tools, 'database'),
    line: 'relation-ids database --format=json',
    result: [],
  },
  {
    tool: 'relation-list',
    answer: ['postgresql/0', 'postgresql/1'],
    call: (tools) => relationList(tools, database),
    line: 'relation-list --format=json -r database:7',
    result: ['postgresql/0', 'postgresql/1'],
  },
  {
    tool: 'relation-list',
    answer: 'postgresql',
    call: (tools) => relationApp(tools, database),
    line: 'relation-list --format=json --app -r database:7',
    result: 'postgresql',
  },
  {
    tool: 'relation-get',
    answer: { endpoints: 'a<b' },
    call: (tools) => relationGet(tools, database, { app: 'postgresql' }),
    line: 'relation-get --format=json -r database:7 --app - postgresql',
    result: { endpoints: 'a<b' },
  },
  {
    tool: 'relation-get',
    answer: null,
    call: (tools) => relationGet(tools, database, { unit: 'postgresql/0' }),
    line: 'relation-get --format=json -r database:7 - postgresql/0',
    result: {},
  },
  {
    tool: 'relation-get',
    answer: '10.1.2.3',
    call: (tools) => relationGetKey(tools, database, { unit: 'postgresql/0' }, 'host'),
    line: 'relation-get --format=json -r database:7 -- host postgresql/0',
    result: '10.1.2.3',
  },
  {
    tool: 'relation-get',
    answer: null,
    call: (tools) => relationGetKey(tools, database, { app: 'postgresql' }, '-odd'),
    line: 'relation-get --format=json -r database:7 --app -- -odd postgresql',
  },
  {
    tool: 'relation-model-get',
    answer: { uuid: 'b1c9d2a4-0000-4000-8000-000000000002', 'new-in-juju-9': true },
    call: (tools) => relationModelGet(tools, database),
    line: 'relation-model-get --format=json -r database:7',
    result: { uuid: 'b1c9d2a4-0000-4000-8000-000000000002' },
  },
  {
    tool: 'secret-get',
    answer: { password: 'hunter2' },
    call: (tools) => secretGet(tools, { uri }),
    line: `secret-get --format=json ${uri}`,
    result: { password: 'hunter2' },
  },
  {
    tool: 'secret-get',
    answer: { password: 'hunter2' },
    call: (tools) => secretGet(tools, { label: 'db password' }, { revision: 'peek' }),
    line: 'secret-get --format=json --label db password --peek',
    result: { password: 'hunter2' },
  },
  {
    tool: 'secret-get',
    answer: { password: 'hunter2' },
    call: (tools) =>
      secretGet(tools, { uri: SecretUri.parse(id), label: 'db' }, { revision: 'refresh' }),
    line: `secret-get --format=json ${uri} --label db --refresh`,
    result: { password: 'hunter2' },
  },
  {
    tool: 'secret-info-get',
    answer: {
      [id]: {
        revision: 3,
        label: 'db',
        owner: 'application',
        description: 'of the database',
        rotation: 'daily',
        rotates: '2025-01-03T03:04:05.123456789Z',
        expiry: '2025-02-01T00:00:00+02:00',
        access: [
          { target: 'application-web', scope: 'relation-web.db#hello.db', role: 'view', new: 1 },
        ],
        'new-in-juju-9': [],
      },
    },
    call: (tools) => secretInfoGet(tools, { uri, label: 'ignored' }),
    line: `secret-info-get --format=json ${uri}`,
    result: {
      uri: SecretUri.parse(id),
      revision: 3,
      label: 'db',
      owner: 'application',
      description: 'of the database',
      rotation: 'daily',
      rotates: new Date('2025-01-03T03:04:05.123Z'),
      expiry: new Date('2025-01-31T22:00:00Z'),
      access: [{ target: 'application-web', scope: 'relation-web.db#hello.db', role: 'view' }],
    },
  },
  {
    tool: 'secret-info-get',
    answer: { [id]: { revision: 1, label: '', owner: 'unit', access: null } },
    call: (tools) => secretInfoGet(tools, { label: 'db' }),
    line: 'secret-info-get --format=json --label db',
    result: { uri: SecretUri.parse(id), revision: 1, owner: 'unit', access: [] },
  },
  {
    tool: 'secret-ids',
    answer: [id, 'cxyz2mr0ui3e8a215n4g'],
    call: (tools) => secretIds(tools),
    line: 'secret-ids --format=json',
    result: [SecretUri.parse(id), SecretUri.parse('secret:cxyz2mr0ui3e8a215n4g')],
  },
  {
    tool: 'secret-ids',
    answer: null,
    call: (tools) => secretIds(tools),
    line: 'secret-ids --format=json',
    result: [],
  },
  {
    tool: 'state-get',
    answer: { a: '1', b: '' },
    call: (tools) => stateGet(tools),
    line: 'state-get --format=json',
    result: { a: '1', b: '' },
  },
  {
    tool: 'state-get',
    answer: null,
    call: (tools) => stateGet(tools),
    line: 'state-get --format=json',
    result: {},
  },
  {
    tool: 'state-get',
    answer: '',
    call: (tools) => stateGetKey(tools, '-odd'),
    line: 'state-get --format=json --strict -- -odd',
    result: '',
  },
  {
    tool: 'status-get',
    answer: { status: 'error', message: 'hook failed: "start"', 'status-data': { hook: 'start' } },
    call: (tools) => statusGet(tools, 'unit'),
    line: 'status-get --include-data --format=json',
    result: { kind: 'error', message: 'hook failed: "start"', data: { hook: 'start' } },
  },
  {
    tool: 'status-get',
    answer: {
      'application-status': {
        status: 'waiting',
        message: null,
        'status-data': null,
        'new-in-juju-9': 1,
        units: {
          'hello/0': { status: 'active', message: 'up', 'status-data': {} },
          'hello/1': { status: 'waiting' },
        },
      },
    },
    call: (tools) => statusGet(tools, 'app'),
    line: 'status-get --include-data --format=json --application',
    result: {
      kind: 'waiting',
      message: '',
      units: {
        'hello/0': { kind: 'active', message: 'up', data: {} },
        'hello/1': { kind: 'waiting', message: '' },
      },
    },
  },
  {
    tool: 'status-get',
    answer: { 'application-status': { status: 'unknown', units: null } },
    call: (tools) => statusGet(tools, 'app'),
    line: 'status-get --include-data --format=json --application',
    result: { kind: 'unknown', message: '', units: {} },
  },
  {
    tool: 'storage-get',
    answer: { kind: 'block', location: '/dev/vdb', 'new-in-juju-9': 1 },
    call: (tools) => storageGet(tools, 'data/0'),
    line: 'storage-get --format=json -s data/0',
    result: { kind: 'block', location: '/dev/vdb' },
  },
  {
    tool: 'storage-get',
    answer: '/srv/data',
    call: (tools) => storageLocation(tools, 'data/0'),
    line: 'storage-get --format=json -s data/0 location',
    result: '/srv/data',
  },
  {
    tool: 'storage-list',
    answer: ['data/0'],
    call: (tools) => storageList(tools, 'data'),
    line: 'storage-list data --format=json',
    result: ['data/0'],
  },
  {
    tool: 'storage-list',
    answer: null,
    call: (tools) => storageListAll(tools),
    line: 'storage-list --format=json',
    result: [],
  },
  {
    tool: 'unit-get',
    answer: '10.1.2.3',
    call: (tools) => unitGet(tools, 'private-address'),
    line: 'unit-get --format=json private-address',
    result: '10.1.2.3',
  },
];
