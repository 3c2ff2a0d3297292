import { defineConfig, type ViteUserConfig } from 'vitest/config';

const resolve = { conditions: ['charmwright-source'] };
const ssr = { resolve: { conditions: ['charmwright-source', 'node', 'import', 'default'] } };

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        environments: { __vitest__: ssr },
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/contract/**'],
          // Loading the sources anew for each file costs more than the tests do. No test changes a
          // module's own state.
          isolate: false,
          // Far more than a test takes: a busy machine must not fail one.
          testTimeout: 30_000,
          globalSetup: ['test/support/pgbouncer-charts.ts'],
          typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'] },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'integration',
          include: ['test/{integration,contract}/**/*.test.ts'],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

export default config;
