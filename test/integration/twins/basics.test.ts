import { describeTwins } from '../../support/twins/run-twins.ts';
import { Reply } from '../../support/twins/canned-juju.ts';

const ofUnit = { status: 'blocked', message: 'no space', 'status-data': {} };

const ofApplication = {
  'application-status': {
    status: 'active',
    message: 'all well',
    'status-data': {},
    units: { 'twin/0': ofUnit },
  },
};

const network = {
  'bind-addresses': [
    {
      'mac-address': '',
      'interface-name': '',
      addresses: [{ hostname: '', value: '10.1.2.3', cidr: '' }],
    },
  ],
  'egress-subnets': ['10.152.183.7/32'],
  'ingress-addresses': ['10.152.183.7'],
};

describeTwins('the twins on ops and charmwright', (same) => {
  same('get every lifecycle event', {
    scene: 'lifecycle',
    hooks: [
      'install',
      'leader-elected',
      'config-changed',
      'start',
      'update-status',
      'upgrade-charm',
      'leader-settings-changed',
      'stop',
      'remove',
    ].map((hook) => ({ hook, writes: [`status-set unit active: ${hook}`] })),
  });

  same('end quietly with a hook that neither knows, and one that none observes', {
    scene: 'silence',
    hooks: [
      { hook: 'juju-invented-this', writes: [] },
      { hook: 'cache-pebble-ready', about: { container: 'cache' }, writes: [] },
      { hook: 'start', writes: [] },
      { hook: 'collect-metrics', writes: [] },
      { hook: 'meter-status-changed', writes: [] },
    ],
  });

  same('read options of all types, and those that nobody has set', {
    scene: 'config',
    hooks: [
      {
        hook: 'config-changed',
        model: {
          config: {
            label: 'ünïcode "q"',
            title: '',
            size: -9007199254740991,
            ratio: 1.5,
            loud: true,
            key: 'secret:d3lsqn7vmbfc76q8m0a0',
          },
        },
        writes: [
          'status-set unit active: {"key":"secret:d3lsqn7vmbfc76q8m0a0","label":"ünïcode \\"q\\"","loud":true,"ratio":1.5,"size":-9007199254740991,"title":""}',
          'application-version-set ünïcode "q"',
        ],
      },
      {
        hook: 'config-changed',
        model: { config: { label: 'plain', size: 3, ratio: 0.5, loud: false } },
        writes: [
          'status-set unit active: {"key":null,"label":"plain","loud":false,"ratio":0.5,"size":3,"title":null}',
          'application-version-set plain',
        ],
      },
    ],
  });

  const statuses = [
    'status-set unit maintenance: at work',
    'status-set unit waiting: for a friend',
    "status-set unit blocked: -- by 'you'\nand me",
    'status-set unit active: ',
  ];

  same('set every kind of status, the application’s only as the leader', {
    scene: 'status',
    hooks: [
      { hook: 'start', writes: [...statuses, 'status-set app active: together'] },
      {
        hook: 'start',
        model: { leader: false },
        writes: [
          ...statuses,
          'status-set unit blocked: I do not lead',
          'security authz_fail:status-set',
        ],
      },
    ],
  });

  same('read the status that Juju shows, and then the one that they set', {
    scene: 'status',
    hooks: [
      {
        hook: 'update-status',
        model: {
          more: {
            'status-get*--application=true*': ofApplication,
            'status-get*--application=false*': ofUnit,
            'status-get*--application*': ofApplication,
            'status-get*': ofUnit,
          },
        },
        writes: [
          'status-set unit waiting: ["blocked","no space","active","all well"]',
          'status-set unit active: waiting',
        ],
      },
    ],
  });

  same('open and close ports', {
    scene: 'ports',
    hooks: [
      {
        hook: 'config-changed',
        model: { more: { 'opened-ports*': ['8080/tcp', '53/udp', 'icmp'] } },
        writes: [
          'status-set unit active: ["53/udp","8080/tcp","icmp"]',
          'open-port 53/udp',
          'open-port 80/tcp',
          'close-port 8080/tcp',
        ],
      },
    ],
  });

  same('learn where they are reached, also while nothing is known', {
    scene: 'network',
    hooks: [
      {
        hook: 'config-changed',
        model: { more: { 'network-get*site*': network } },
        writes: ['status-set unit active: {"bind":"10.1.2.3","ingress":"10.152.183.7"}'],
      },
      {
        hook: 'site-relation-broken',
        about: { relation: { relation: 'site:3', app: 'proxy' } },
        model: {
          relations: { 'site:3': { app: 'proxy' } },
          more: {
            'network-get*-r*': Reply.refusal(
              'invalid value "3" for option -r: relation not found',
              2,
            ),
            'network-get*site*': network,
          },
        },
        writes: ['status-set unit active: {"bind":"10.1.2.3","ingress":"10.152.183.7"}'],
      },
      {
        hook: 'config-changed',
        model: { more: { 'network-get*site*': {} } },
        writes: ['status-set unit active: {"bind":null,"ingress":null}'],
      },
      {
        hook: 'config-changed',
        model: { more: { 'network-get*site*': Reply.refusal('no network config found') } },
        exit: 1,
        writes: ['security sys_crash'],
      },
    ],
  });

  same('show the workload’s version', {
    scene: 'version',
    hooks: [{ hook: 'start', writes: ['application-version-set 1.2.3 -- beta'] }],
  });
});
