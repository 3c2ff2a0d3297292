/** Data of one bag: text by key; undefined removes a key. */
export type BagChanges = Readonly<Record<string, string | undefined>>;

/** What the other side of a new relation holds. */
export interface RelationSetup {
  /** The remote application's data. Default: none. */
  readonly appData?: BagChanges;
  /** Remote units by name, each with its data. Default: none. */
  readonly units?: Readonly<Record<string, BagChanges>>;
}
