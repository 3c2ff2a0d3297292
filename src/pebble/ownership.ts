/** Whom a new file or directory belongs to. A user alone brings their primary group. */
export interface Ownership {
  readonly userId?: number | undefined;
  readonly user?: string | undefined;
  readonly groupId?: number | undefined;
  readonly group?: string | undefined;
}

/** An owner as it travels. */
interface WireOwnership {
  readonly 'user-id'?: number | undefined;
  readonly user?: string | undefined;
  readonly 'group-id'?: number | undefined;
  readonly group?: string | undefined;
}

/** Spells an owner the way Pebble does. */
export function wireOwnership({ userId, user, groupId, group }: Ownership): WireOwnership {
  return { 'user-id': userId, user, 'group-id': groupId, group };
}

/** Spells permissions the way Pebble does, such as `644`. */
export function octal(permissions: number | undefined): string | undefined {
  return permissions?.toString(8).padStart(3, '0');
}
