import { Reply } from '../../support/twins/canned-juju.ts';
import { describeTwins, type TwinHook } from '../../support/twins/run-twins.ts';

const quiet = { loud: false };
const loud = { loud: true };

const db = { 'db:1': { app: 'pg', units: { 'pg/0': {}, 'pg/1': {} } } };

function seen(...kinds: readonly string[]): readonly string[] {
  return [`status-set unit active: ${JSON.stringify(kinds)}`];
}

function changed(unit: string, config: { readonly loud: boolean }): TwinHook {
  return {
    hook: 'db-relation-changed',
    about: { relation: { relation: 'db:1', app: 'pg', unit } },
    model: { config, relations: db },
    writes: [],
  };
}

describeTwins('the twins on ops and charmwright, with what they defer', (same) => {
  same('are given it again, in order, before the hook’s own event', {
    scene: 'patient',
    hooks: [
      { hook: 'start', model: { config: quiet }, writes: [] },
      { hook: 'config-changed', model: { config: quiet }, writes: [] },
      {
        hook: 'update-status',
        model: { config: loud },
        writes: seen('start', 'start', 'config-changed', 'start', 'config-changed'),
      },
      {
        hook: 'update-status',
        model: { config: loud },
        writes: seen('start', 'start', 'config-changed', 'start', 'config-changed'),
      },
    ],
  });

  same('keep it in the controller, and nothing of a hook that fails', {
    scene: 'patient',
    state: 'controller',
    hooks: [
      {
        hook: 'start',
        model: { more: { 'config-get*': Reply.refusal('no config today') } },
        exit: 1,
        writes: ['security sys_crash'],
      },
      { hook: 'start', model: { config: quiet }, writes: [] },
      { hook: 'update-status', model: { config: loud }, writes: seen('start', 'start') },
      { hook: 'update-status', model: { config: loud }, writes: seen('start', 'start') },
    ],
  });

  same('do not get an event twice when an equal one waits', {
    scene: 'patient',
    hooks: [
      { hook: 'config-changed', model: { config: quiet }, writes: [] },
      { hook: 'config-changed', model: { config: quiet }, writes: [] },
      {
        hook: 'update-status',
        model: { config: loud },
        writes: seen('config-changed', 'config-changed', 'config-changed'),
      },
    ],
  });

  same('keep events apart that are about different units', {
    scene: 'patient',
    hooks: [
      changed('pg/0', quiet),
      changed('pg/1', quiet),
      {
        hook: 'update-status',
        model: { config: loud, relations: db },
        writes: seen(
          'db-relation-changed',
          'db-relation-changed',
          'db-relation-changed',
          'db-relation-changed',
          '1 pg/0',
          'db-relation-changed',
          '1 pg/1',
        ),
      },
    ],
  });

  same('are given a deferred departure with its unit', {
    scene: 'patient',
    hooks: [
      {
        hook: 'db-relation-departed',
        about: { relation: { relation: 'db:1', app: 'pg', unit: 'pg/1', departing: 'pg/1' } },
        model: { config: quiet, relations: { 'db:1': { app: 'pg', units: { 'pg/0': {} } } } },
        writes: [],
      },
      {
        hook: 'update-status',
        model: { config: loud, relations: { 'db:1': { app: 'pg', units: { 'pg/0': {} } } } },
        writes: seen('db-relation-departed', 'db-relation-departed', '1 pg/1'),
      },
    ],
  });

  same('get it again also in an action and in a hook that nobody observes', {
    scene: 'patient',
    hooks: [
      { hook: 'start', model: { config: quiet }, writes: [] },
      { hook: 'actions/report', model: { config: quiet }, writes: [] },
      { hook: 'juju-invented-this', model: { config: loud }, writes: [] },
      { hook: 'update-status', writes: seen('start', 'start', 'start') },
    ],
  });

  same('get it again only where it was deferred', {
    scene: 'pair',
    hooks: [
      {
        hook: 'config-changed',
        model: { config: quiet },
        writes: ['first', 'second', 'third'].map(maintenance),
      },
      { hook: 'start', model: { config: quiet }, writes: [maintenance('second')] },
      { hook: 'start', model: { config: loud }, writes: [maintenance('second')] },
      { hook: 'start', model: { config: loud }, writes: [] },
    ],
  });

  same('keep the events of their own objects with what they carry', {
    scene: 'custom',
    hooks: [
      {
        hook: 'start',
        model: { config: quiet },
        writes: ['first', 'second', 'started'].map(active),
      },
      { hook: 'update-status', model: { config: quiet }, writes: ['first', 'second'].map(active) },
      { hook: 'update-status', model: { config: loud }, writes: ['first', 'second'].map(active) },
      { hook: 'update-status', model: { config: loud }, writes: [] },
    ],
  });
});

function active(text: string): string {
  return `status-set unit active: ${text}`;
}

function maintenance(text: string): string {
  return `status-set unit maintenance: ${text}`;
}
