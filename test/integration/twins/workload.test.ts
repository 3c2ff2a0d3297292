import { describeTwins } from '../../support/twins/run-twins.ts';

describeTwins('the twins on ops and charmwright, with their workload', (same) => {
  same('are told that a container is ready, and see whether it answers', {
    scene: 'workload',
    hooks: [
      {
        hook: 'web-pebble-ready',
        about: { container: 'web' },
        writes: ['status-set unit active: ["web-pebble-ready","web",false]'],
      },
    ],
  });

  same('set up their workload through Pebble, and see what has become of it', {
    scene: 'serving',
    pebble: true,
    hooks: [
      {
        hook: 'web-pebble-ready',
        about: { container: 'web' },
        writes: [
          `status-set unit active: ${JSON.stringify({
            check: 'inactive',
            command: 'sleep 2000',
            exists: [true, false],
            failed: [3, 'no\n'],
            files: [['hello.txt', 'file', 7]],
            missing: 'not-found',
            running: 'active',
            said: 'grüß\n',
            stopped: 'inactive',
          })}`,
          'security sys_monitor_disabled',
        ],
      },
    ],
  });

  same('are told what Pebble noticed and checked', {
    scene: 'workload',
    hooks: [
      {
        hook: 'web-pebble-custom-notice',
        about: {
          container: 'web',
          notice: { id: '123', type: 'custom', key: 'example.com/backup-done' },
        },
        writes: [
          'status-set unit active: ["web-pebble-custom-notice","123","custom","example.com/backup-done"]',
        ],
      },
      {
        hook: 'web-pebble-check-failed',
        about: { container: 'web', check: 'http-up' },
        writes: ['status-set unit active: ["web-pebble-check-failed","web","http-up"]'],
      },
      {
        hook: 'web-pebble-check-recovered',
        about: { container: 'web', check: 'http-up' },
        writes: ['status-set unit active: ["web-pebble-check-recovered","web","http-up"]'],
      },
    ],
  });

  same('are told of storage, and where it is mounted', {
    scene: 'storage',
    hooks: [
      {
        hook: 'data-storage-attached',
        about: { storage: 'data/0' },
        model: { storage: ['data/0'] },
        writes: [
          'status-set unit active: ["data-storage-attached","data/0","/srv/data/0",["data/0"]]',
        ],
      },
      {
        hook: 'data-storage-attached',
        about: { storage: 'data/12' },
        model: { storage: ['data/0', 'data/12'] },
        writes: [
          'status-set unit active: ["data-storage-attached","data/12","/srv/data/12",["data/0","data/12"]]',
        ],
      },
      {
        hook: 'data-storage-detaching',
        about: { storage: 'data/0' },
        model: { storage: ['data/0', 'data/12'] },
        writes: [
          'status-set unit active: ["data-storage-detaching","data/0","/srv/data/0",["data/0","data/12"]]',
        ],
      },
    ],
  });

  same('take a storage event for the instance that it is about', {
    scene: 'storage',
    hooks: [
      {
        hook: 'data-storage-detaching',
        about: { storage: 'data/0' },
        model: {
          storage: ['data/1'],
          more: { 'storage-get*data/0*': { kind: 'filesystem', location: '/srv/data/0' } },
        },
        writes: [
          'status-set unit active: ["data-storage-detaching","data/0","/srv/data/0",["data/1"]]',
        ],
        differs: {
          why: 'where one instance is listed, ops takes it, whichever the event is about',
          ops: {
            writes: [
              'status-set unit active: ["data-storage-detaching","data/1","/srv/data/0",["data/1"]]',
            ],
          },
        },
      },
    ],
  });
});
