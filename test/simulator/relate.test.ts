import { describe, expect, it } from 'vitest';
import { fixture, meta, settle } from './fixture.ts';

const limited = {
  ...meta,
  requires: { db: { interface: 'sql', limit: 1 } },
  provides: { site: { interface: 'http', limit: 2 } },
};

describe('a new relation', () => {
  it.each([
    ['proxy:db', ['pg:database', 'mysql:database'], 1],
    ['proxy:site', ['edge:backend', 'cdn:backend', 'mesh:backend'], 2],
  ])('of %s is refused beyond the limit that the charm declares', (own, remotes, limit) => {
    const { juju } = fixture({}, limited);
    const relate = remotes.map((remote) => {
      juju.addRemoteApplication(remote.split(':', 1)[0] ?? '');
      return () => juju.relate(own, remote);
    });
    const last = relate.pop();
    const tooMany = remotes.at(-1) ?? '';
    expect(juju.mayRelate(own, tooMany)).toBe(true);
    for (const each of relate) each();
    expect(juju.mayRelate(own, tooMany)).toBe(false);
    expect(last).toThrow(
      `establishing a new relation for ${own} would exceed its maximum relation limit of ${limit}`,
    );
  });

  it('is counted while it is suspended from Juju 4.0 on', () => {
    const relateAgain = suspendedIn('4.0.1');
    expect(relateAgain).toThrow('maximum relation limit of 1');
  });

  it('is not counted while it is suspended before Juju 4.0', () => {
    const relateAgain = suspendedIn('3.6.9');
    expect(relateAgain).not.toThrow();
  });

  it('has its place when the one before is gone, and not while it goes', () => {
    const { juju, unit } = fixture({}, limited);
    juju.addRemoteApplication('pg').addUnit();
    const first = juju.relate('proxy:db', 'pg:database');
    settle(unit);
    juju.removeRelation(first.id);
    const relate = (): unknown => juju.relate('proxy:db', 'pg:database');
    expect(relate).toThrow('relation proxy:db pg:database is dying, but not yet removed');
    settle(unit);
    expect(relate).not.toThrow();
    expect(relate).toThrow('relation proxy:db pg:database already exists');
  });
});

function suspendedIn(version: string): () => unknown {
  const { juju } = fixture({ version }, limited);
  for (const name of ['pg', 'mysql']) juju.addRemoteApplication(name);
  juju.relate('proxy:db', 'pg:database').suspend();
  return () => juju.relate('proxy:db', 'mysql:database');
}
