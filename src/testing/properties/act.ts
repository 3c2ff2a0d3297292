/** Does what a step says, which Juju allows now. */
export type Act = () => Promise<void> | void;
