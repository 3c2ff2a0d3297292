import { describe, expect, it } from 'vitest';
import { readJujuContext } from '../../src/juju/context.ts';
import { jujuEnvironment } from '../support/juju-environment.ts';

const relation = {
  JUJU_RELATION: 'database',
  JUJU_RELATION_ID: 'database:7',
  JUJU_REMOTE_APP: 'postgresql',
  JUJU_REMOTE_UNIT: '',
};

function hookOf(path: string, more: Record<string, string> = {}): unknown {
  return readJujuContext(jujuEnvironment(path, more)).hook;
}

describe('what Juju says in the environment', () => {
  it('gives the unit, its application, the model and the version', () => {
    const context = readJujuContext(jujuEnvironment('hooks/start'));
    expect(context).toMatchObject({
      unitName: 'hello/0',
      appName: 'hello',
      modelName: 'dev',
      charmDir: '/var/lib/juju/agents/unit-hello-0/charm',
      hook: { family: 'plain', name: 'start' },
    });
    expect(context.version.isAtLeast(3, 6)).toBe(true);
    expect(context.version.isAtLeast(4)).toBe(false);
  });

  it('gives all else that Juju says, where it says it', () => {
    const context = readJujuContext(
      jujuEnvironment('hooks/pre-series-upgrade', {
        JUJU_CONTEXT_ID: 'hello/0-pre-series-upgrade-00',
        JUJU_PRINCIPAL_UNIT: 'web/3',
        JUJU_MACHINE_ID: '0/lxd/1',
        JUJU_AVAILABILITY_ZONE: 'eu-west-1a',
        JUJU_API_ADDRESSES: '10.0.0.1:17070 [fd00::1]:17070',
        CLOUD_API_VERSION: '1.31.0',
        JUJU_CHARM_HTTP_PROXY: 'http://proxy:3128',
        JUJU_CHARM_HTTPS_PROXY: 'http://proxy:3129',
        JUJU_CHARM_FTP_PROXY: 'http://proxy:3130',
        JUJU_CHARM_NO_PROXY: 'localhost,10.0.0.0/8',
        JUJU_SLA: 'unsupported',
        JUJU_METER_STATUS: 'GREEN',
        JUJU_METER_INFO: 'fine',
        JUJU_TARGET_BASE: 'ubuntu@24.04',
        JUJU_TRACE_ID: 'abc',
        JUJU_SPAN_ID: 'def',
        JUJU_TRACE_FLAGS: '1',
        JUJU_DEBUG: '',
        JUJU_DEBUG_AT: 'all,,before-restart',
      }),
    );
    expect(context).toMatchObject({
      contextId: 'hello/0-pre-series-upgrade-00',
      principalUnit: 'web/3',
      machineId: '0/lxd/1',
      availabilityZone: 'eu-west-1a',
      apiAddresses: ['10.0.0.1:17070', '[fd00::1]:17070'],
      cloudApiVersion: '1.31.0',
      proxies: {
        http: 'http://proxy:3128',
        https: 'http://proxy:3129',
        ftp: 'http://proxy:3130',
        no: 'localhost,10.0.0.0/8',
      },
      sla: 'unsupported',
      meterStatus: { status: 'GREEN', info: 'fine' },
      targetBase: 'ubuntu@24.04',
      trace: { traceId: 'abc', spanId: 'def', flags: '1' },
      debug: true,
      debugAt: ['all', 'before-restart'],
    });
  });

  it('leaves out what Juju leaves empty, as on Kubernetes', () => {
    const context = readJujuContext(
      jujuEnvironment('hooks/start', {
        JUJU_PRINCIPAL_UNIT: '',
        JUJU_MACHINE_ID: '',
        JUJU_AVAILABILITY_ZONE: '',
        JUJU_CHARM_HTTP_PROXY: '',
      }),
    );
    expect(Object.keys(context).sort().join(' ')).toBe(
      'apiAddresses appName charmDir debug debugAt hook modelName modelUuid proxies unitName version',
    );
    expect(context).toMatchObject({ apiAddresses: [], proxies: {}, debug: false, debugAt: [] });
  });

  it.each(['collect-metrics', 'meter-status-changed'])(
    'asks less of %s, which older Jujus run with little',
    (name) => {
      const context = readJujuContext({
        CHARM_DIR: '/charm',
        JUJU_CHARM_DIR: '/charm',
        JUJU_CONTEXT_ID: `unit-hello-k8s-12-${name}-8674665223082153551`,
        JUJU_DISPATCH_PATH: `hooks/${name}`,
        JUJU_UNIT_NAME: 'unit-hello-k8s-12',
      });
      expect(context).toMatchObject({ modelName: '', modelUuid: '', hook: { name } });
      expect(context).toMatchObject({ unitName: 'hello-k8s/12', appName: 'hello-k8s' });
      expect(context.version.isKnown).toBe(false);
    },
  );

  it('takes the charm directory from its older name', () => {
    const environment = jujuEnvironment('hooks/start', { CHARM_DIR: '/charm', JUJU_CHARM_DIR: '' });
    expect(readJujuContext(environment).charmDir).toBe('/charm');
  });

  it.each([
    ['hooks/start', {}, 'start'],
    ['/abs/charm/hooks/start', {}, 'start'],
    ['', { JUJU_HOOK_NAME: 'start' }, 'start'],
    ['', { JUJU_HOOK_NAME: '' }, ''],
    ['hooks/some-new-thing', {}, 'some-new-thing'],
  ])('reads the hook of JUJU_DISPATCH_PATH=%j with %j', (path, more, name) => {
    expect(hookOf(path, more)).toEqual({ family: 'plain', name });
  });

  it('reads the relation of its hooks, and an empty remote unit as none', () => {
    expect(hookOf('hooks/database-relation-created', relation)).toEqual({
      family: 'relation',
      name: 'database-relation-created',
      endpoint: 'database',
      relationId: 7,
      remoteApp: 'postgresql',
    });
  });

  it('takes the remote application from the remote unit, where an old Juju leaves it out', () => {
    const joined = { ...relation, JUJU_REMOTE_APP: '', JUJU_REMOTE_UNIT: 'postgresql-k8s/10' };
    expect(hookOf('hooks/database-relation-joined', joined)).toMatchObject({
      remoteApp: 'postgresql-k8s',
      remoteUnit: 'postgresql-k8s/10',
    });
  });

  it('does without the remote application of a broken relation, as early 2.9 does', () => {
    const broken = { ...relation, JUJU_REMOTE_APP: '' };
    expect(hookOf('hooks/database-relation-broken', broken)).toEqual({
      family: 'relation',
      name: 'database-relation-broken',
      endpoint: 'database',
      relationId: 7,
    });
  });

  it('reads who departs', () => {
    const departed = {
      ...relation,
      JUJU_REMOTE_UNIT: 'postgresql/0',
      JUJU_DEPARTING_UNIT: 'hello/0',
    };
    expect(hookOf('hooks/database-relation-departed', departed)).toMatchObject({
      departingUnit: 'hello/0',
    });
  });

  it('reads containers, notices and checks', () => {
    const web = { JUJU_WORKLOAD_NAME: 'web' };
    expect(hookOf('hooks/web-pebble-ready', web)).toEqual({
      family: 'workload',
      name: 'web-pebble-ready',
      container: 'web',
    });
    const notice = {
      JUJU_NOTICE_ID: '12',
      JUJU_NOTICE_TYPE: 'custom',
      JUJU_NOTICE_KEY: 'example.com/backup',
    };
    expect(hookOf('hooks/web-pebble-custom-notice', { ...web, ...notice })).toMatchObject({
      notice: { id: '12', type: 'custom', key: 'example.com/backup' },
    });
    const check = { JUJU_PEBBLE_CHECK_NAME: 'alive' };
    expect(hookOf('hooks/web-pebble-check-failed', { ...web, ...check })).toMatchObject({
      check: 'alive',
    });
  });

  it('reads storage and secrets', () => {
    expect(
      hookOf('hooks/data-storage-attached', {
        JUJU_STORAGE_ID: 'data/0',
        JUJU_STORAGE_LOCATION: '/srv',
        JUJU_STORAGE_KIND: 'filesystem',
      }),
    ).toMatchObject({ storageId: 'data/0', location: '/srv', kind: 'filesystem' });
    const secret = { JUJU_SECRET_ID: 'secret:abc', JUJU_SECRET_LABEL: '' };
    expect(hookOf('hooks/secret-changed', secret)).toEqual({
      family: 'secret',
      name: 'secret-changed',
      secretId: 'secret:abc',
    });
    expect(hookOf('hooks/secret-remove', { ...secret, JUJU_SECRET_REVISION: '3' })).toMatchObject({
      revision: 3,
    });
  });

  it('reads an action that is called like a hook as an action', () => {
    const action = { JUJU_ACTION_NAME: 'start', JUJU_ACTION_UUID: '9', JUJU_HOOK_NAME: '' };
    const read = { family: 'action', name: 'start', actionId: '9' };
    expect(hookOf('actions/start', action)).toEqual(read);
    expect(hookOf('actions/start', { ...action, JUJU_ACTION_TAG: 'action-9' })).toEqual({
      ...read,
      actionTag: 'action-9',
    });
  });

  it.each([
    ['JUJU_UNIT_NAME', 'hooks/start', { JUJU_UNIT_NAME: '' }],
    ['JUJU_UNIT_NAME', 'hooks/start', { JUJU_UNIT_NAME: 'hello' }],
    ['JUJU_CHARM_DIR', 'hooks/start', { JUJU_CHARM_DIR: '' }],
    ['JUJU_RELATION_ID', 'hooks/database-relation-broken', { ...relation, JUJU_RELATION_ID: '' }],
    ['JUJU_RELATION_ID', 'hooks/database-relation-broken', { ...relation, JUJU_RELATION_ID: 'x' }],
    ['JUJU_RELATION_ID', 'hooks/database-relation-broken', { ...relation, JUJU_RELATION_ID: 'a:' }],
    ['JUJU_RELATION', 'hooks/database-relation-broken', { ...relation, JUJU_RELATION: '' }],
    ['JUJU_REMOTE_APP', 'hooks/database-relation-created', { ...relation, JUJU_REMOTE_APP: '' }],
    ['JUJU_REMOTE_APP', 'hooks/database-relation-changed', { ...relation, JUJU_REMOTE_APP: '' }],
    ['JUJU_REMOTE_UNIT', 'hooks/database-relation-joined', relation],
    ['JUJU_REMOTE_UNIT', 'hooks/database-relation-departed', relation],
    [
      'JUJU_DEPARTING_UNIT',
      'hooks/database-relation-departed',
      { ...relation, JUJU_REMOTE_UNIT: 'postgresql/0' },
    ],
    ['JUJU_MODEL_NAME', 'hooks/start', { JUJU_MODEL_NAME: '' }],
    ['JUJU_MODEL_UUID', 'hooks/start', { JUJU_MODEL_UUID: '' }],
    ['JUJU_VERSION', 'hooks/start', { JUJU_VERSION: '' }],
    ['JUJU_VERSION', 'hooks/start', { JUJU_VERSION: 'three' }],
    ['JUJU_NOTICE_ID', 'hooks/web-pebble-custom-notice', { JUJU_WORKLOAD_NAME: 'web' }],
    [
      'JUJU_NOTICE_KEY',
      'hooks/web-pebble-custom-notice',
      { JUJU_WORKLOAD_NAME: 'web', JUJU_NOTICE_ID: '1', JUJU_NOTICE_TYPE: 'custom' },
    ],
    ['JUJU_PEBBLE_CHECK_NAME', 'hooks/web-pebble-check-failed', { JUJU_WORKLOAD_NAME: 'web' }],
    ['JUJU_PEBBLE_CHECK_NAME', 'hooks/web-pebble-check-recovered', { JUJU_WORKLOAD_NAME: 'web' }],
    ['JUJU_SECRET_REVISION', 'hooks/secret-expired', { JUJU_SECRET_ID: 'secret:abc' }],
    [
      'JUJU_SECRET_REVISION',
      'hooks/secret-remove',
      { JUJU_SECRET_ID: 'secret:abc', JUJU_SECRET_REVISION: '-1' },
    ],
    ['JUJU_WORKLOAD_NAME', 'hooks/web-pebble-ready', {}],
    ['JUJU_STORAGE_ID', 'hooks/data-storage-attached', {}],
    ['JUJU_SECRET_ID', 'hooks/secret-changed', {}],
    ['JUJU_ACTION_UUID', 'actions/shout', {}],
  ])('refuses an environment whose %s is missing or wrong', (variable, path, more) => {
    expect(() => hookOf(path, more)).toThrow(
      expect.objectContaining({ code: 'juju-context-invalid', variable }),
    );
  });
});
