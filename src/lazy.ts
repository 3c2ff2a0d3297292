/**
 * A value that is made when it is first asked for, and once. For schemas: making one takes longer
 * than using it, and most hooks use few of them.
 */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
