/** What the stand-in calls itself, wherever it says who it is. */
export const standInName = 'charmwright-pgbouncer-standin';

/** The PgBouncer whose ini the stand-in reads. */
export const standInVersion = '1.18.0';
