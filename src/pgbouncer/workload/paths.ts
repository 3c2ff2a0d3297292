/** The system user, and group, that owns every file and runs every process. */
export const owner = 'postgres';

export const baseDir = '/var/lib/postgresql/pgbouncer';

/** What all processes share; no process reads it. */
export const baseIniFile: string = `${baseDir}/pgbouncer.ini`;

/** The users that PgBouncer knows by itself, with their passwords. */
export const userlistFile: string = `${baseDir}/userlist.txt`;

/** Is there from before files change until the processes have taken the change. */
export const pendingFile: string = `${baseDir}/change.pending`;

export function instanceDir(instance: number): string {
  return `${baseDir}/instance_${instance}`;
}

export function instanceIniFile(instance: number): string {
  return `${instanceDir(instance)}/pgbouncer.ini`;
}

/** The name of a process's service in Pebble's plan. */
export function serviceName(instance: number): string {
  return `pgbouncer_${instance}`;
}

/** Which process a service is, or `undefined` when it is none of PgBouncer's. */
export function instanceOf(service: string): number | undefined {
  const [, digits] = /^pgbouncer_(0|[1-9]\d*)$/.exec(service) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
