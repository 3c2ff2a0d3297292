// Written by `charmwright types` from the charm's YAML files; not edited by hand.

export const meta = {
  name: 'pgbouncer-k8s',
  assumes: ['juju >= 3.1', 'k8s-api'],
  containers: {
    pgbouncer: { resource: 'pgbouncer-image' },
  },
  peers: {
    'pgb-peers': { interface: 'pgb_peers' },
  },
  requires: {
    'backend-database': { interface: 'postgresql_client', limit: 1 },
  },
  provides: {
    database: { interface: 'postgresql_client' },
  },
  storage: {},
  resources: {
    /**
     * OCI image with pgbouncer, whose postgres user owns /var/lib/postgresql
     */
    'pgbouncer-image': { type: 'oci-image' },
  },
  options: {
    /**
     * TCP port that PgBouncer listens on, from 1 to 65535. A change of the port restarts the
     * PgBouncer processes one by one.
     */
    listen_port: { type: 'int', default: 6432 },
    /**
     * When a server connection can be used again by another client: session (after the client
     * disconnects), transaction (after the transaction ends) or statement (after the query ends;
     * transactions over several statements are refused).
     */
    pool_mode: { type: 'string', default: 'session' },
    /**
     * Most server connections per database that one PgBouncer process opens, whichever user asks;
     * 0 means no limit. Every unit runs one process per CPU core and each process counts on its
     * own, so PostgreSQL can see up to this number times processes times units. The pool sizes of
     * each process follow from it: default_pool_size is half of its share, min_pool_size and
     * reserve_pool_size a quarter.
     */
    max_db_connections: { type: 'int', default: 100 },
  },
  actions: {},
} as const;
