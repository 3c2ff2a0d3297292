/** The pods of a charm of the older kind, as its leader described them: in one way or the other. */
export interface PodSpec {
  /** By `k8s-spec-set`: Juju's own form; by `k8s-raw-set`: Kubernetes' objects. */
  readonly form: 'spec' | 'raw';
  readonly yaml: string;
}
