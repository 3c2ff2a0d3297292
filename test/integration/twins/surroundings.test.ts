import { Reply } from '../../support/twins/canned-juju.ts';
import { describeTwins } from '../../support/twins/run-twins.ts';

const shown = { status: 'unknown', message: '', 'status-data': {} };
const statuses = {
  'status-get*--application=true*': { 'application-status': { ...shown, units: {} } },
  'status-get*--application=false*': shown,
  'status-get*--application*': { 'application-status': { ...shown, units: {} } },
  'status-get*': shown,
};

describeTwins('the twins on ops and charmwright, with what is around them', (same) => {
  same('collect statuses after the handlers, the application’s on the leader', {
    scene: 'collect',
    hooks: [
      {
        hook: 'config-changed',
        model: { more: statuses },
        writes: [
          'status-set unit maintenance: at work',
          'status-set app blocked: stuck',
          'status-set unit waiting: for one',
        ],
      },
      {
        hook: 'update-status',
        model: { leader: false, more: statuses },
        writes: ['status-set unit waiting: for one'],
      },
    ],
  });

  same('ask for storage, ports, resources, the cloud and how many they will be', {
    scene: 'around',
    hooks: [
      {
        hook: 'start',
        model: {
          storage: ['data/0'],
          more: {
            'opened-ports*': ['80/tcp', '8080/tcp'],
            'resource-get*': Reply.text('/var/lib/juju/handbook.txt'),
            'credential-get*': { type: 'lxd', name: 'localhost', region: 'here' },
            'goal-state*': {
              units: {
                'twin/0': { status: 'active', since: '2026-01-02 03:04:05Z' },
                'twin/1': { status: 'dying', since: '2026-01-02 03:04:05Z' },
                'twin/2': { status: 'waiting', since: '2026-01-02 03:04:05Z' },
              },
              relations: {},
            },
          },
        },
        writes: [
          'status-set unit active: {"cloud":["lxd","here"],"model":["dev","b1c9d2a4-0000-4000-8000-000000000001"],"planned":2,"resource":"/var/lib/juju/handbook.txt","resource again":"/var/lib/juju/handbook.txt","stored":["/srv/data/0"]}',
          'open-port 53/udp',
          'close-port 8080/tcp',
          'storage-add data=2',
        ],
      },
    ],
  });

  same('reboot when the hook is done, and keep what they deferred', {
    scene: 'reboot',
    hooks: [
      {
        hook: 'start',
        model: { config: { loud: false } },
        writes: ['status-set unit active: rebooting', 'juju-reboot', 'security sys_restart'],
      },
      {
        hook: 'update-status',
        model: { config: { loud: false } },
        writes: ['status-set unit active: rebooting', 'juju-reboot', 'security sys_restart'],
      },
    ],
  });

  same('reboot at once', {
    scene: 'reboot',
    hooks: [
      {
        hook: 'start',
        model: { config: { loud: true } },
        writes: ['status-set unit active: rebooting', 'juju-reboot --now', 'security sys_restart'],
      },
      {
        hook: 'update-status',
        model: { config: { loud: true } },
        writes: ['status-set unit active: rebooting', 'juju-reboot --now', 'security sys_restart'],
        differs: {
          why: 'ops reboots before it has stored what was deferred, and loses it',
          ops: { writes: [] },
          moreCalls: 3,
        },
      },
    ],
  });
});
