import { describeTwins } from '../../support/twins/run-twins.ts';

const quiet = { loud: false };
const loud = { loud: true };

const trying = 'status-set unit maintenance: trying';
const configured = 'status-set unit active: configured';

const legacy = (ending: string): string =>
  `#!/bin/sh\nstatus-set waiting -- "$JUJU_DISPATCH_PATH by hand"\n${ending}\n`;

describeTwins('the twins on ops and charmwright, when something goes another way', (same) => {
  same('end with 1 and keep nothing of a hook whose handler throws', {
    scene: 'raising',
    hooks: [
      {
        hook: 'config-changed',
        model: { config: quiet, relations: { 'site:3': { app: 'proxy' } } },
        exit: 1,
        writes: [trying, 'security sys_crash'],
      },
      {
        hook: 'config-changed',
        model: { config: loud, relations: { 'site:3': { app: 'proxy' } } },
        writes: [trying, 'open-port 80/tcp', 'relation-set site:3 unit {"tried":"yes"}'],
      },
      { hook: 'update-status', writes: ['status-set unit active: 1'] },
    ],
  });

  same('end with 1 when the charm cannot be made', {
    scene: 'stillborn',
    hooks: [{ hook: 'start', exit: 1, writes: ['security sys_crash'] }],
  });

  same('go on when what was deferred throws', {
    scene: 'poison',
    hooks: [
      { hook: 'start', writes: [] },
      {
        hook: 'config-changed',
        model: { config: quiet },
        writes: [configured, 'security sys_crash'],
        differs: {
          why: 'one deferred event that throws stops every later hook of ops; here it keeps its place, and the hook’s own event goes on',
          ops: { exit: 1, writes: ['security sys_crash'] },
          moreCalls: 1,
        },
      },
      {
        hook: 'config-changed',
        model: { config: loud },
        writes: ['status-set unit maintenance: swallowed', configured],
      },
      { hook: 'config-changed', model: { config: loud }, writes: [configured] },
    ],
  });

  same('run a legacy hook first, and then themselves', {
    scene: 'lifecycle',
    files: { 'hooks/start': legacy('exit 0'), 'hooks/stop': 'not executable' },
    hooks: [
      {
        hook: 'start',
        writes: ['status-set unit waiting: hooks/start by hand', 'status-set unit active: start'],
      },
      { hook: 'stop', writes: ['status-set unit active: stop'] },
    ],
  });

  same('end with a legacy hook’s exit code when it fails, without being made', {
    scene: 'stillborn',
    files: { 'hooks/start': legacy('exit 3') },
    hooks: [{ hook: 'start', exit: 3, writes: ['status-set unit waiting: hooks/start by hand'] }],
  });

  same('are not run by a dispatch in their own legacy hook', {
    scene: 'lifecycle',
    files: {
      'hooks/start': legacy('[ ! -e dispatch ] || exec ./dispatch'),
    },
    hooks: [
      {
        hook: 'start',
        writes: ['status-set unit waiting: hooks/start by hand', 'status-set unit active: start'],
      },
    ],
  });

  same('keep their queue in a hook that may use no hook tool', {
    scene: 'patient',
    hooks: [
      { hook: 'start', model: { config: quiet }, writes: [] },
      { hook: 'collect-metrics', writes: [] },
      { hook: 'meter-status-changed', writes: [] },
      {
        hook: 'update-status',
        model: { config: loud },
        writes: [`status-set unit active: ["start","start"]`],
      },
    ],
  });
});
