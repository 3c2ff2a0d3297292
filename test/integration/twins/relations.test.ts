import { describeTwins, type TwinHook } from '../../support/twins/run-twins.ts';
import { modelUuid, type CannedRelation } from '../../support/twins/hook.ts';

type CannedBag = Readonly<Record<string, string>> | null;

/** What the witness says, with its keys in the order of the alphabet. */
function witnessed(seen: {
  readonly kind: string;
  readonly app: string;
  readonly appData?: Readonly<Record<string, string>>;
  readonly departing?: string;
  readonly id?: number;
  readonly listed?: readonly number[];
  readonly unit?: string;
  readonly unitData?: CannedBag;
  readonly units?: readonly string[];
}): readonly string[] {
  const { id = 1, listed = [1], units = [] } = seen;
  const line = {
    app: seen.app,
    'app data': seen.appData ?? {},
    departing: seen.departing ?? null,
    id,
    kind: seen.kind,
    listed,
    unit: seen.unit ?? null,
    'unit data': seen.unitData ?? null,
    units,
  };
  return [`status-set unit active: ${JSON.stringify(line)}`];
}

const db: CannedRelation = {
  app: 'pg',
  units: { 'pg/0': { host: '10.0.0.1' }, 'pg/11': {} },
  appData: { version: '16' },
};

const friends: CannedRelation = {
  app: 'twin',
  units: { 'twin/2': { 'ingress-address': '10.0.0.3' } },
  ownApp: { motto: 'together' },
};

const written: CannedRelation = {
  ...db,
  own: { same: 'as before', old: 'to be removed', kept: 'untouched' },
};

const readBags = {
  relations: {
    'db:1': { ...db, own: { mine: '1' }, ownApp: { ours: '2' } },
    'friends:0': { ...friends, own: { mine: '3' } },
  },
};
const seenBags = (own: unknown): readonly string[] => [
  `status-set unit active: ${JSON.stringify({
    'db pg': { version: '16' },
    'db pg/0': { host: '10.0.0.1' },
    'db pg/11': {},
    'db twin': own,
    'db twin/0': { mine: '1' },
    'friends twin': { motto: 'together' },
    'friends twin/0': { mine: '3' },
    'friends twin/2': { 'ingress-address': '10.0.0.3' },
  })}`,
];

describeTwins('the twins on ops and charmwright, in relations', (same) => {
  same('are told of another application from its coming to its going', {
    scene: 'relation events',
    hooks: [
      {
        hook: 'db-relation-created',
        about: { relation: { relation: 'db:1', app: 'pg' } },
        model: { relations: { 'db:1': { app: 'pg' } } },
        writes: witnessed({ kind: 'db-relation-created', app: 'pg' }),
      },
      {
        hook: 'db-relation-joined',
        about: { relation: { relation: 'db:1', app: 'pg', unit: 'pg/11' } },
        model: { relations: { 'db:1': db } },
        writes: witnessed({
          kind: 'db-relation-joined',
          app: 'pg',
          appData: { version: '16' },
          unit: 'pg/11',
          unitData: {},
          units: ['pg/0', 'pg/11'],
        }),
      },
      {
        hook: 'db-relation-changed',
        about: { relation: { relation: 'db:1', app: 'pg', unit: 'pg/0' } },
        model: { relations: { 'db:1': db } },
        writes: witnessed({
          kind: 'db-relation-changed',
          app: 'pg',
          appData: { version: '16' },
          unit: 'pg/0',
          unitData: { host: '10.0.0.1' },
          units: ['pg/0', 'pg/11'],
        }),
      },
      {
        hook: 'db-relation-changed',
        about: { relation: { relation: 'db:1', app: 'pg' } },
        model: { relations: { 'db:1': db } },
        writes: witnessed({
          kind: 'db-relation-changed',
          app: 'pg',
          appData: { version: '16' },
          units: ['pg/0', 'pg/11'],
        }),
      },
      {
        hook: 'db-relation-departed',
        about: { relation: { relation: 'db:1', app: 'pg', unit: 'pg/11', departing: 'pg/11' } },
        model: {
          relations: { 'db:1': { ...db, units: { 'pg/0': {} }, left: { 'pg/11': { host: 'b' } } } },
        },
        writes: witnessed({
          kind: 'db-relation-departed',
          app: 'pg',
          appData: { version: '16' },
          departing: 'pg/11',
          unit: 'pg/11',
          unitData: { host: 'b' },
          units: ['pg/0'],
        }),
      },
      {
        hook: 'db-relation-broken',
        about: { relation: { relation: 'db:1', app: 'pg' } },
        model: { relations: { 'db:1': { ...db, units: {} }, 'db:2': db } },
        writes: witnessed({
          kind: 'db-relation-broken',
          app: 'pg',
          appData: { version: '16' },
          listed: [2],
        }),
      },
    ],
  });

  same('are told by name that they are themselves the unit that departs', {
    scene: 'relation events',
    hooks: [
      {
        hook: 'db-relation-departed',
        about: { relation: { relation: 'db:1', app: 'pg', unit: 'pg/0', departing: 'twin/0' } },
        model: { relations: { 'db:1': { ...db, units: {}, left: db.units ?? {} } } },
        writes: witnessed({
          kind: 'db-relation-departed',
          app: 'pg',
          appData: { version: '16' },
          departing: 'twin/0',
          unit: 'pg/0',
          unitData: { host: '10.0.0.1' },
        }),
      },
    ],
  });

  const peerData = (kind: string, unitData: CannedBag): readonly string[] =>
    witnessed({
      kind: `friends-relation-${kind}`,
      app: 'twin',
      appData: { motto: 'together' },
      id: 0,
      listed: [0],
      unit: 'twin/2',
      unitData,
      units: kind === 'departed' ? [] : ['twin/2'],
      ...(kind === 'departed' ? { departing: 'twin/2' } : {}),
    });
  const peerHook = (kind: string, leader: boolean): TwinHook => ({
    hook: `friends-relation-${kind}`,
    about: {
      relation: {
        relation: 'friends:0',
        app: 'twin',
        unit: 'twin/2',
        ...(kind === 'departed' ? { departing: 'twin/2' } : {}),
      },
    },
    model: {
      leader,
      relations: {
        'friends:0':
          kind === 'departed' ? { ...friends, units: {}, left: friends.units ?? {} } : friends,
      },
    },
    writes: peerData(kind, { 'ingress-address': '10.0.0.3' }),
  });

  same('learn in which model the other side is, and ask for it once', {
    scene: 'abroad',
    hooks: [
      {
        hook: 'db-relation-changed',
        about: { relation: { relation: 'db:1', app: 'remote-2f9a', unit: 'remote-2f9a/0' } },
        model: {
          relations: { 'db:1': { app: 'remote-2f9a', units: { 'remote-2f9a/0': { a: '1' } } } },
          more: { 'relation-model-get*': { uuid: '0c7ec7a0-0000-4000-8000-000000000002' } },
        },
        writes: [
          'status-set unit active: ["remote-2f9a","remote-2f9a/0",{"a":"1"},"0c7ec7a0-0000-4000-8000-000000000002",true]',
          'relation-set db:1 unit {"met":"remote-2f9a"}',
        ],
      },
      {
        hook: 'friends-relation-created',
        about: { relation: { relation: 'friends:0', app: 'twin' } },
        model: {
          relations: { 'friends:0': friends },
          more: { 'relation-model-get*': { uuid: modelUuid } },
        },
        writes: ['status-set unit active: true'],
      },
    ],
  });

  same('are told of their peers, and read their own application’s data, leader or not', {
    scene: 'relation events',
    hooks: [
      {
        hook: 'friends-relation-created',
        about: { relation: { relation: 'friends:0', app: 'twin' } },
        model: { leader: false, relations: { 'friends:0': { app: 'twin' } } },
        writes: witnessed({ kind: 'friends-relation-created', app: 'twin', id: 0, listed: [0] }),
      },
      peerHook('joined', true),
      peerHook('changed', false),
      {
        ...peerHook('departed', true),
        differs: {
          why: 'Juju still has the data of a peer that has left; ops does not let the charm ask',
          ops: { writes: peerData('departed', null) },
          moreCalls: 1,
        },
      },
    ],
  });

  const changed = (leader: boolean, writes: readonly string[]): TwinHook => ({
    hook: 'db-relation-changed',
    about: { relation: { relation: 'db:1', app: 'pg', unit: 'pg/0' } },
    model: { leader, relations: { 'db:1': written } },
    writes,
  });
  const ownBag =
    'relation-set db:1 unit {"host":"10.1.2.4","old":"","text":"a \\"b\\"\\nc=d\\t","user":"me"}';

  same('send only what differs, and the application’s data only as the leader', {
    scene: 'relation writes',
    hooks: [
      changed(true, [
        'status-set unit active: {"old":null,"user":"me"}',
        'relation-set db:1 app {"scheme":"https"}',
        ownBag,
      ]),
      changed(false, ["status-set unit active: the application's data is the leader's", ownBag]),
    ],
  });

  same('write to their peers as to others', {
    scene: 'relation writes',
    hooks: [
      {
        hook: 'friends-relation-changed',
        about: { relation: { relation: 'friends:0', app: 'twin', unit: 'twin/2' } },
        model: { relations: { 'friends:0': { ...friends, own: written.own ?? {} } } },
        writes: [
          'status-set unit active: {"old":null,"user":"me"}',
          'relation-set friends:0 app {"scheme":"https"}',
          ownBag.replace('db:1', 'friends:0'),
        ],
      },
    ],
  });

  same('read every databag that Juju lets them read', {
    scene: 'relation reads',
    hooks: [
      { hook: 'update-status', model: readBags, writes: seenBags({ ours: '2' }) },
      {
        hook: 'update-status',
        model: { ...readBags, leader: false },
        writes: seenBags('denied'),
      },
    ],
  });

  const sites = {
    'site:3': { app: 'proxy', units: { 'proxy/0': {} } },
    'site:12': { app: 'cache', ownApp: { url: 'http://cache.example' } },
  };

  same('write to each relation of an endpoint, and know none from several', {
    scene: 'everyone',
    hooks: [
      {
        hook: 'config-changed',
        model: { relations: sites },
        writes: [
          'status-set unit active: ["several",null]',
          'relation-set site:3 app {"url":"http://proxy.example"}',
        ],
      },
    ],
  });

  same('remove what is there, and nothing that is not', {
    scene: 'erase',
    hooks: [
      {
        hook: 'config-changed',
        model: { relations: sites },
        writes: ['relation-set site:12 app {"url":""}'],
        differs: {
          why: 'a key that was set and removed in one hook is never sent',
          ops: {
            writes: [
              'relation-set site:12 app {"color":"","url":""}',
              'relation-set site:3 app {"color":""}',
            ],
          },
        },
      },
    ],
  });
});
