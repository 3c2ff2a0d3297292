import * as z from 'zod/mini';

const packageSchema = z.object({
  version: z.string(),
  devDependencies: z.record(z.string(), z.string()),
});

/** What a charm needs beside charmwright to be compiled, tested and packed. */
const tools = ['@types/node', 'esbuild', 'typescript', 'vitest'];

/**
 * The files of a new charm, by their paths in its folder, without `src/charm.types.ts`.
 *
 * @param name the charm's, which Juju accepts
 * @param charmwright the package.json of charmwright
 */
export function newCharmFiles(
  name: string,
  charmwright: unknown,
): Readonly<Record<string, string>> {
  const className = `${pascalCase(name)}Charm`;
  return {
    'charmcraft.yaml': charmcraftYaml(name),
    'package.json': packageJson(name, charmwright),
    'tsconfig.json': tsconfig,
    '.gitignore': 'node_modules/\ndist/\n',
    'README.md': readme(name),
    'src/charm.ts': charm(className),
    'src/main.ts': main(className),
    'test/charm.test.ts': test(className),
  };
}

/** What the charm declares. */
export function charmcraftYaml(name: string): string {
  return `name: ${JSON.stringify(name)}
type: charm
summary: What this charm operates, in one line.
description: |
  What it is good for, and for whom.

base: ubuntu@24.04
platforms:
  amd64:

containers:
  workload:
    resource: workload-image

resources:
  workload-image:
    type: oci-image
    description: The workload.
    upstream-source: docker.io/library/busybox

config:
  options:
    greeting:
      type: string
      default: hello
      description: What the workload says.
`;
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

function packageJson(name: string, charmwright: unknown): string {
  const { version, devDependencies } = z.parse(packageSchema, charmwright);
  const versions = tools.map((tool): [string, string] => [tool, devDependencies[tool] ?? '*']);
  return `${JSON.stringify(
    {
      name,
      private: true,
      type: 'module',
      scripts: {
        types: 'charmwright types',
        check: 'charmwright types --check && tsc',
        test: 'vitest run',
        pack: 'charmwright pack',
      },
      dependencies: { charmwright: version },
      devDependencies: Object.fromEntries(versions),
    },
    undefined,
    2,
  )}\n`;
}

const tsconfig = `{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "types": ["node"],
    "noEmit": true,
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "exactOptionalPropertyTypes": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true
  },
  "include": ["src", "test"]
}
`;

function readme(name: string): string {
  return `# ${name}

| | |
|---|---|
| \`npm run types\` | writes \`src/charm.types.ts\` after a change of \`charmcraft.yaml\` |
| \`npm run check\` | compiles |
| \`npm test\` | runs the charm's tests, in memory |
| \`npm run pack\` | makes \`dist/packed\`, which Juju runs |
| \`npx charmwright deploy --charm-dir dist/packed\` | runs it on a local Juju |
`;
}

/** A line of a module to be written; as it stands here, it imports nothing. */
function imports(names: string, from: string): string {
  return `import ${names} from '${from}';`;
}

function main(className: string): string {
  return `${imports('{ main }', 'charmwright')}
${imports(`{ ${className} }`, './charm.ts')}

await main(${className});
`;
}

function charm(className: string): string {
  const names = 'ActiveStatus, Charm, WaitingStatus';
  const types = 'type CharmArgs, type CollectUnitStatusEvent';
  return `${imports(`{\n  ${[names, types].join(', ').replaceAll(', ', ',\n  ')},\n}`, 'charmwright')}
${imports('type { Layer }', 'charmwright/pebble')}
${imports('{ meta }', './charm.types.ts')}

export class ${className} extends Charm<typeof meta> {
  static readonly meta = meta;

  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.reconcile);
    this.observe(this.on['workload-pebble-ready'], this.reconcile);
    this.observe(this.on['collect-unit-status'], this.onCollectStatus);
  }

  /** Brings the workload to what is configured, whichever event comes. */
  async reconcile(): Promise<void> {
    const workload = this.unit.container('workload');
    // Its pebble-ready is still to come.
    if (!(await workload.canConnect())) return;
    const layer: Layer = {
      services: {
        greeter: {
          override: 'replace',
          startup: 'enabled',
          command: \`sh -c 'while true; do echo "$GREETING"; sleep 60; done'\`,
          environment: { GREETING: await this.config.get('greeting') },
        },
      },
    };
    await workload.addLayer('greeter', layer, { combine: true });
    await workload.replan();
  }

  async onCollectStatus(event: CollectUnitStatusEvent): Promise<void> {
    if (!(await this.unit.container('workload').canConnect())) {
      event.addStatus(new WaitingStatus('for the workload container'));
    }
    event.addStatus(new ActiveStatus());
  }
}
`;
}

function test(className: string): string {
  return `${imports('{ Context }', 'charmwright/testing')}
${imports('{ expect, it }', 'vitest')}
${imports(`{ ${className} }`, '../src/charm.ts')}

const context = new Context(${className});

it('greets as it is configured', async () => {
  const { state } = await context.run(context.on.configChanged(), {
    config: { greeting: 'good day' },
    containers: { workload: { canConnect: true } },
  });
  expect(state.containers.workload).toMatchObject({
    services: { greeter: 'active' },
    layers: { greeter: { services: { greeter: { environment: { GREETING: 'good day' } } } } },
  });
  expect(state.unitStatus).toEqual({ status: 'active', message: '' });
});

it('waits for its container', async () => {
  const { state } = await context.run(context.on.configChanged(), {});
  expect(state.unitStatus).toEqual({ status: 'waiting', message: 'for the workload container' });
});
`;
}
