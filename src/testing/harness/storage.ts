import type { Charm } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import { HarnessStateError, NotDeclaredError } from '../errors.ts';
import { ResourceFolder } from '../resource-folder.ts';
import type { ResourceName, StorageName } from '../state/state.ts';
import { SecretHarness } from './secrets.ts';

/** Where an oci-image is, as Juju tells the charm. */
export interface OciResource {
  readonly registrypath?: string;
  readonly username?: string;
  readonly password?: string;
}

/** Storage and resources of the unit under test. */
export abstract class StorageHarness<M extends CharmMeta, C extends Charm<M>> extends SecretHarness<
  M,
  C
> {
  readonly #resources = new ResourceFolder();

  /**
   * Gives the unit more instances of a storage, as `juju add-storage` does.
   *
   * @returns their ids, such as `data/1`
   * @throws {NotDeclaredError} when the charm has no such storage
   * @throws {ModelChangeError} when it does not allow that many
   */
  async addStorage(name: StorageName<M>, count = 1): Promise<string[]> {
    const declared = Object.keys(this.meta.storage);
    if (!declared.includes(name)) throw new NotDeclaredError('storage', name, declared);
    const ids = this.unit.addStorage(name, count);
    await this.settle();
    return ids;
  }

  /** Takes an instance from the unit; it stays in the model. */
  async detachStorage(id: string): Promise<void> {
    this.unit.detachStorage(id);
    await this.settle();
  }

  /** Gives the unit an instance that no unit has. */
  async attachStorage(id: string): Promise<void> {
    this.unit.attachStorage(id);
    await this.settle();
  }

  /** Removes an instance for good; from a unit that has it, it is taken first. */
  async removeStorage(id: string): Promise<void> {
    this.juju.removeStorage(id);
    await this.settle();
  }

  /**
   * Uploads a resource of the kind `file`, as `juju attach-resource` does. The charm finds it at the
   * path that resource-get gives; it goes with {@link close}.
   *
   * @throws {NotDeclaredError} when the charm has no such resource
   * @throws {HarnessStateError} when it is an oci-image
   */
  addResource(name: ResourceName<M>, content: string | Uint8Array): void {
    const { type, filename = name } = this.#declared(name);
    if (type !== 'file') {
      throw new HarnessStateError(
        `cannot add the resource ${name}: it is an oci-image. Call addOciResource().`,
      );
    }
    this.app.attachResource(name, this.#resources.write(name, filename, content));
  }

  /**
   * Says where an oci-image of the charm is; resource-get gives the path of a `content.yaml` that
   * tells it. On Kubernetes Juju needs this before it makes a pod.
   *
   * @throws {NotDeclaredError} when the charm has no such resource
   * @throws {HarnessStateError} when it is a file
   */
  addOciResource(name: ResourceName<M>, contents: OciResource = {}): void {
    if (this.#declared(name).type !== 'oci-image') {
      throw new HarnessStateError(
        `cannot add the oci-image ${name}: it is a file. Call addResource().`,
      );
    }
    const {
      registrypath = 'registrypath',
      username = 'username',
      password = 'password',
    } = contents;
    const yaml = Object.entries({ registrypath, username, password })
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
      .join('');
    this.app.attachResource(name, this.#resources.write(name, 'content.yaml', yaml));
  }

  /** Says of every oci-image of the charm that it is somewhere. */
  populateOciResources(): void {
    for (const [name, { type }] of Object.entries(this.meta.resources)) {
      if (type === 'oci-image') this.addOciResource(name);
    }
  }

  override async close(): Promise<void> {
    this.#resources.remove();
    await super.close();
  }

  #declared(name: string): CharmMeta['resources'][string] {
    const resources: CharmMeta['resources'] = this.meta.resources;
    const declared = Object.hasOwn(resources, name) ? resources[name] : undefined;
    if (declared !== undefined) return declared;
    throw new NotDeclaredError('resource', name, Object.keys(resources));
  }
}
