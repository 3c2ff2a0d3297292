import { Reply } from '../../support/twins/canned-juju.ts';
import { describeTwins } from '../../support/twins/run-twins.ts';

const id = 'd3lsqn7vmbfc76q8m0a0';
const secret = `secret:${id}`;
const ofUnit = { status: 'active', message: 'at work', 'status-data': {} };

/** In the order of the alphabet, as both print it. */
const understood = {
  action: { deep: { er: [1, { a: null }] } },
  'action key': [1, { a: null }],
  app: 'proxy',
  'app bag': { shared: 'b' },
  'bag key': 'a',
  cloud: [
    'lxd',
    'localhost',
    'localhost',
    'https://id.example',
    'certificate',
    { a: 'b' },
    true,
    false,
  ],
  config: { label: 'plain', 'of-tomorrow': true, size: 3 },
  'config key': 'plain',
  endpoints: [
    [80, ['*']],
    [null, ['db']],
  ],
  goal: ['active', 'joining'],
  leader: true,
  model: '0c7ec7a0-0000-4000-8000-000000000002',
  network: [['10.1.2.3', 'fe80::1'], ['10.152.183.7/32'], ['10.152.183.7', 'host.example']],
  ports: [
    ['tcp', 80, null],
    ['udp', 8080, 8088],
    ['icmp', null, null],
  ],
  resource: '/var/lib/juju/resources/handbook/handbook.txt',
  secret: { user: 'me' },
  'secret ids': [id],
  'secret info': [id, 2, 'mine', 'what for', 'monthly'],
  'secret peek': { user: 'next' },
  state: { a: 'b' },
  status: ['active', 'at work', 'active', 'at work'],
  storage: ['filesystem', '/srv/data/0'],
  storages: ['data/0', 'data/1'],
  'unit bag': { host: 'a', port: '1' },
  units: ['proxy/0', 'proxy/1'],
};

describeTwins('the hook tools of ops and charmwright', (same) => {
  same('change the same', {
    scene: 'tool writes',
    hooks: [
      {
        hook: 'start',
        model: {
          more: { 'secret-add*': Reply.text(secret), 'secret-get*': { user: 'me' } },
        },
        writes: [
          'application-version-set -1',
          'status-set unit maintenance: -- by hand',
          'status-set app active: ',
          `secret-get --label --refresh mine`,
          `secret-get --label mine ${secret}`,
          'juju-reboot',
          'juju-reboot --now',
          'open-port 1000-2000/udp',
          'open-port 443/tcp --endpoints=db,site',
          'open-port 80/tcp',
          'close-port 8080/tcp',
          'open-port icmp',
          'close-port icmp',
          'relation-set site:3 app {"app":"2"}',
          'relation-set site:3 unit {"a":"1","b":"","c":"x\\ny: z"}',
          'secret-add --owner=application {"password":"p=q\\n#file","user":"me"}',
          'secret-add --description=what for --expire=2027-01-02T03:04:05.000Z --label=-l --owner=unit --rotate=monthly {"key":"x"}',
          `secret-grant ${secret} --relation=3`,
          `secret-grant ${secret} --relation=3 --unit=proxy/0`,
          `secret-revoke ${secret} --relation=3`,
          `secret-revoke ${secret} --relation=3 --unit=proxy/0`,
          `secret-remove ${secret} --revision=4`,
          `secret-remove ${secret}`,
          `secret-set ${secret} {"--expire":"2027-01-02T03:04:05.000Z","--label":"two","--rotate":"never","user":"you"}`,
          'state-delete gone',
          'state-set {"key":"value: {not yaml}\\n - x","other":""}',
          'storage-add data=2',
        ],
      },
      {
        hook: 'actions/report',
        writes: [
          'action-log -- begun',
          'action-fail - no',
          'action-set {"deep.er.one":"1","deep.two":"2","flat":"x=y"}',
        ],
      },
    ],
  });

  same('understand the same', {
    scene: 'tool reads',
    hooks: [
      {
        hook: 'start',
        model: {
          storage: ['data/0', 'data/1'],
          more: {
            'action-get*deep.er*': [1, { a: null }],
            'action-get*': { deep: { er: [1, { a: null }] } },
            'config-get*label*': 'plain',
            'config-get*': { label: 'plain', size: 3, 'of-tomorrow': true },
            'credential-get*': {
              type: 'lxd',
              name: 'localhost',
              region: 'localhost',
              'identity-endpoint': 'https://id.example',
              credential: { 'auth-type': 'certificate', attrs: { a: 'b' }, redacted: [] },
              'is-controller-cloud': true,
              'of-tomorrow': {},
            },
            'goal-state*': {
              units: { 'twin/0': { status: 'active', since: '2026-01-02 03:04:05Z' } },
              relations: { db: { 'pg/0': { status: 'joining', since: '2026-01-02 03:04:05Z' } } },
            },
            'network-get*site*': {
              'bind-addresses': [
                {
                  'mac-address': '',
                  'interface-name': 'eth0',
                  addresses: [{ hostname: '', value: '10.1.2.3', cidr: '' }, { value: 'fe80::1' }],
                },
                { 'interface-name': 'eth1', addresses: null },
              ],
              'egress-subnets': ['10.152.183.7/32'],
              'ingress-addresses': ['10.152.183.7', 'host.example'],
            },
            'opened-ports*--endpoints*': ['80/tcp (*)', 'icmp (db)'],
            'opened-ports*': ['80/tcp', '8080-8088/udp', 'icmp'],
            'relation-get*host*': 'a',
            'relation-get*site:3*proxy/0': { host: 'a', port: '1' },
            'relation-get*site:3*proxy': { shared: 'b' },
            'relation-list*--app*site:3': 'proxy',
            'relation-list*site:3': ['proxy/0', 'proxy/1'],
            'relation-model-get*': { uuid: '0c7ec7a0-0000-4000-8000-000000000002' },
            'resource-get*': Reply.text('/var/lib/juju/resources/handbook/handbook.txt'),
            'secret-get*--peek*': { user: 'next' },
            'secret-get*': { user: 'me' },
            'secret-ids*': [id],
            'secret-info-get*': {
              [id]: {
                revision: 2,
                label: 'mine',
                owner: 'application',
                description: 'what for',
                rotation: 'monthly',
              },
            },
            'state-get*': { a: 'b' },
            'status-get*--application=true*': {
              'application-status': { ...ofUnit, units: { 'twin/0': ofUnit } },
            },
            'status-get*--application=false*': ofUnit,
            'status-get*--application*': {
              'application-status': { ...ofUnit, units: { 'twin/0': ofUnit } },
            },
            'status-get*': ofUnit,
          },
        },
        writes: [`status-set unit active: ${JSON.stringify(understood)}`],
      },
    ],
  });
});
