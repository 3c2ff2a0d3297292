import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OptionValue } from '../simulator/charm-definition.ts';
import { SimulatedJuju } from '../simulator/simulated-juju.ts';
import type { RetryDelayOptions } from './agent/retry-delay.ts';
import { ResourceFiles } from './agent/resource-files.ts';
import { UnitAgent } from './agent/unit-agent.ts';
import { readCharmFolder } from '../charm/charm-folder.ts';
import { LocalModel } from './local-model.ts';
import type { ContainerImage } from './pod/image.ts';
import { openPodHost } from './pod/open-pod-host.ts';
import type { Pod, PodHost, PodIsolation } from './pod/pod.ts';
import { StorageFolders } from './pod-volumes.ts';
import { StorageMounts } from './storage-mounts.ts';
import { claimWorkFolder, WorkFolderError } from './work-folder.ts';

export interface DeployOptions {
  /** The folder that Juju would unpack: metadata.yaml, `dispatch`, and what they need. */
  readonly charmDir: string;
  /** Where everything is written, and stays. Default: a temporary folder, which goes again. */
  readonly folder?: string;
  /** The application's name. Default: the charm's. */
  readonly name?: string;
  /** Options as `juju deploy --config` sets them. */
  readonly config?: Readonly<Record<string, OptionValue>>;
  /** What the containers' images hold, by container. Default: nothing besides the machine's own. */
  readonly images?: Readonly<Record<string, ContainerImage>>;
  /**
   * Keep the containers from starting until `startContainers()`, as when their images take long to
   * arrive: the charm's first hooks then find no Pebble. Default: false.
   */
  readonly holdContainers?: boolean;
  /** The model's name. Default: `local`. */
  readonly model?: string;
  /** Decides what Juju leaves to chance, such as the order of relations. Default: 0. */
  readonly seed?: number;
  /** The Juju whose rules hold. Default: `3.6.9`. */
  readonly jujuVersion?: string;
  /** Waits between the retries of a failed hook. Default: Juju's. */
  readonly retry?: RetryDelayOptions;
  /** Where the pod is made. Default: a host of its own. The caller disposes of one it gives. */
  readonly host?: PodHost;
  /** Default: the strongest that works here. Unused when a host is given. */
  readonly isolation?: PodIsolation;
}

/**
 * Deploys one unit of a charm to a local Juju: a model in memory, a pod with real containers, and
 * an agent that runs `dispatch` as a process. Any charm will do, in any language.
 *
 * @throws {CharmFolderError} when the folder holds no charm.
 * @throws {WorkFolderError} when the folder is somebody else's.
 * @throws {PodSetupError} when the pod cannot be made.
 */
export async function deploy(options: DeployOptions): Promise<LocalModel> {
  const meta = await readCharmFolder(options.charmDir);
  const name = options.name ?? meta.name;
  const modelName = options.model ?? 'local';
  const juju = new SimulatedJuju({
    seed: options.seed ?? 0,
    model: { name: modelName },
    ...(options.jujuVersion === undefined ? {} : { version: options.jujuVersion }),
  });
  const application = juju.addApplication(name, meta, { config: options.config ?? {} });

  const undo: (() => Promise<void>)[] = [];
  const tearDown = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step();
    undo.length = 0;
  };
  try {
    const folder = await claimWorkFolder(options.folder);
    undo.push(() => folder.release());
    const charmDir = await realpath(options.charmDir);
    if (`${folder.path}/`.startsWith(`${charmDir}/`)) {
      throw new WorkFolderError(folder.path, "it lies in the charm's folder, which is copied");
    }
    const host = options.host ?? (await openPodHost(hostOptions(folder.path, options)));
    if (options.host === undefined) undo.push(() => host.dispose());
    const unit = application.addUnit();
    const held = options.holdContainers === true ? Object.keys(meta.containers) : [];
    const podFolder = join(folder.path, 'pod');
    const folders = new StorageFolders(join(folder.path, 'storage'), meta);
    const mounts = new StorageMounts(unit, folders);
    const startPod = async (waiting: readonly string[]): Promise<Pod> => {
      const volumes = await folders.open(mounts.located);
      await rm(podFolder, { recursive: true, force: true });
      const started = await host.createPod({
        name: `${name}-0`,
        domain: `${name}-endpoints.${modelName}.svc.cluster.local`,
        folder: podFolder,
        volumes: volumes.charm,
        containers: Object.keys(meta.containers).map((container) => {
          const image = options.images?.[container];
          return {
            name: container,
            held: waiting.includes(container),
            volumes: volumes.containers[container] ?? [],
            ...(image === undefined ? {} : { image }),
          };
        }),
      });
      await mounts.moveTo(started);
      unit.setAddress(started.address);
      return started;
    };
    const pod = await startPod(held);
    undo.push(() => pod.dispose());
    const agent = new UnitAgent({
      unit,
      pod,
      charmDir,
      containers: Object.keys(meta.containers),
      mountStorage: () => mounts.mount(),
      resources: new ResourceFiles(join(folder.path, 'resources')),
      onResource: (resource, path) => {
        application.attachResource(resource, path);
      },
    });
    await agent.install();
    undo.pop();
    const retry = options.retry ?? {};
    const parts = { juju, unit, agent, host, pod, startPod: () => startPod([]), retry, held };
    return new LocalModel({ ...parts, tearDown, folder: folder.path });
  } catch (error) {
    await tearDown();
    throw error;
  }
}

function hostOptions(
  folder: string,
  { isolation }: DeployOptions,
): { folder: string; isolation?: PodIsolation } {
  const own = { folder };
  return isolation === undefined ? own : { ...own, isolation };
}
