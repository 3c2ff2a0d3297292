import { Reply } from '../../support/twins/canned-juju.ts';
import { describeTwins } from '../../support/twins/run-twins.ts';

const id = 'd3lsqn7vmbfc76q8m0a0';
const secret = `secret:${id}`;
const relations = { 'site:3': { app: 'proxy', units: { 'proxy/0': {} } } };
const info = { [id]: { revision: 2, label: 'db', owner: 'application', rotation: 'monthly' } };
const owned = {
  'secret-add*': Reply.text(secret),
  'secret-info-get*': info,
  'secret-get*': { user: 'me' },
};

describeTwins('the twins on ops and charmwright, with secrets', (same) => {
  same('make, grant and tell of secrets', {
    scene: 'secret owner',
    hooks: [
      {
        hook: 'start',
        model: { relations, more: owned },
        writes: [
          `relation-set site:3 app {"secret":"${secret}"}`,
          'secret-add --description=to log in --expire=2027-01-02T03:04:05.000Z --label=db --owner=application --rotate=monthly {"password":"p=q\\n","user":"me"}',
          'secret-add --owner=unit {"token":"t"}',
          `secret-grant ${secret} --relation=3`,
        ],
      },
    ],
  });

  same('change what they own, by its label, and remove it', {
    scene: 'secret owner',
    hooks: [
      {
        hook: 'config-changed',
        model: { relations, more: owned },
        writes: [
          `secret-revoke ${secret} --relation=3 --unit=proxy/0`,
          `secret-set ${secret} {"--description":"to log in anew","user":"you"}`,
        ],
      },
      { hook: 'update-status', model: { more: owned }, writes: [`secret-remove ${secret}`] },
    ],
  });

  same('do what Juju asks for their secrets', {
    scene: 'secret owner',
    hooks: [
      {
        hook: 'secret-rotate',
        about: { secret: { id: secret, label: 'db' } },
        model: { more: owned },
        writes: [`secret-set ${secret} {"user":"rotated"}`],
      },
      {
        hook: 'secret-expired',
        about: { secret: { id: secret, label: 'db', revision: 1 } },
        model: { more: owned },
        writes: [`secret-remove ${secret} --revision=1`],
      },
      {
        hook: 'secret-remove',
        about: { secret: { id: secret, revision: 12 } },
        model: { more: owned },
        writes: [`secret-remove ${secret} --revision=12`],
      },
    ],
  });

  same('read the secrets of others, old and new', {
    scene: 'secret reader',
    hooks: [
      {
        hook: 'start',
        model: {
          more: {
            'secret-get*unknown*': Reply.refusal('consumer label "unknown" not found'),
            'secret-get*': { user: 'me' },
          },
        },
        writes: [
          `secret-get --label mine ${secret}`,
          'status-set unit active: ["me","me","not found"]',
        ],
      },
      {
        hook: 'secret-changed',
        about: { secret: { id: secret, label: 'mine' } },
        model: {
          more: {
            'secret-get*--peek*': { user: 'next' },
            'secret-get*--refresh*': { user: 'newest' },
          },
        },
        writes: [
          `secret-get --refresh ${secret}`,
          'status-set unit active: ["mine","next","newest"]',
        ],
        differs: {
          why: 'the label comes from Juju, so it need not be given to Juju again; ops does with each read',
          ops: {
            writes: [
              `secret-get --label --peek mine ${secret}`,
              `secret-get --label --refresh mine ${secret}`,
              'status-set unit active: ["mine","next","newest"]',
            ],
          },
        },
      },
      {
        hook: 'config-changed',
        model: { config: { key: secret, label: '' }, more: { 'secret-get*': { user: 'theirs' } } },
        writes: ['status-set unit active: theirs'],
      },
      {
        hook: 'config-changed',
        model: {
          config: { key: secret, label: '' },
          more: { 'secret-get*': Reply.refusal('permission denied') },
        },
        exit: 1,
        writes: ['security authz_fail:secret-get', 'security sys_crash'],
      },
    ],
  });
});
