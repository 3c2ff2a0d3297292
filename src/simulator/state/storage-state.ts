/** One storage of the model: it outlives the unit that it was made for. */
export interface StorageInstance {
  readonly name: string;
  /** `<name>/<number>`; the instances of all storages of a model are numbered together. */
  readonly id: string;
  readonly kind: 'filesystem' | 'block';
  /** The application whose units may have it. */
  readonly app: string;
  /** The unit that has it. */
  unit: string | undefined;
  /** Whether it goes as soon as no unit has it. */
  removing: boolean;
}

/** An instance as a unit has it. */
export interface StorageAttachment {
  readonly instance: StorageInstance;
  /** Where it is mounted, or its device. */
  location: string;
  /** Whether storage-attached has run. */
  attached: boolean;
  /** Whether storage-detaching is due, after which the unit has it no more. */
  detaching: boolean;
}
