import { describeTwins } from '../../support/twins/run-twins.ts';

describeTwins('the twins on ops and charmwright, in actions', (same) => {
  same('read parameters, tell of progress and give results', {
    scene: 'report',
    hooks: [
      {
        hook: 'actions/report',
        model: {
          more: { 'action-get*': { name: 'me', count: 3, deep: { list: [1, 'two', null] } } },
        },
        writes: [
          'action-log -- begun',
          'action-log done',
          'action-set {"id":"7","params":"{\\"count\\":3,\\"deep\\":{\\"list\\":[1,\\"two\\",null]},\\"name\\":\\"me\\"}","text":"two\\nlines=yes"}',
        ],
      },
    ],
  });

  same('fail with a message and end well, so that what they wrote is kept', {
    scene: 'failing action',
    hooks: [
      {
        hook: 'actions/break-it',
        model: { relations: { 'site:3': { app: 'proxy', units: {} } } },
        writes: [
          'action-fail it is broken',
          'action-set {"after":"y","before":"x"}',
          'relation-set site:3 unit {"broken":"yes"}',
        ],
      },
    ],
  });

  same('end with 1 when their handler throws', {
    scene: 'raising action',
    hooks: [
      {
        hook: 'actions/break-it',
        exit: 1,
        writes: ['action-set {"before":"x"}', 'security sys_crash'],
      },
    ],
  });

  same('end quietly with an action that they do not declare', {
    scene: 'report',
    hooks: [{ hook: 'actions/invented', writes: [] }],
  });
});
