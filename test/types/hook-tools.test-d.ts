import { describe, expectTypeOf, it } from 'vitest';
import {
  actionSet,
  jujuLog,
  openPort,
  openedPorts,
  relationGet,
  secretAdd,
  secretGet,
  secretRevoke,
  SecretUri,
  statusGet,
  statusSet,
  unitGet,
  type HookTools,
  type Port,
} from 'charmwright/hook-tools';

declare const tools: HookTools;
const relation = { endpoint: 'db', id: 7 };

describe('the types of hook-tool functions', () => {
  it('tell the status of an application from that of a unit', () => {
    expectTypeOf(statusGet(tools, 'app')).resolves.toHaveProperty('units');
    expectTypeOf(statusGet(tools, 'unit')).resolves.not.toHaveProperty('units');
    // @ts-expect-error Juju alone sets error.
    void statusSet(tools, 'unit', 'error', '');
  });

  it('want a port with its protocol, and none with icmp', () => {
    void openPort(tools, { protocol: 'icmp' });
    // @ts-expect-error tcp has ports.
    void openPort(tools, { protocol: 'tcp' });
    // @ts-expect-error Juju knows no such protocol.
    void openPort(tools, { protocol: 'sctp', port: 9 });
    expectTypeOf(openedPorts(tools)).resolves.toEqualTypeOf<readonly Port[]>();
  });

  it('want one way to name a secret', () => {
    void secretGet(tools, { label: 'db' });
    void secretGet(tools, { uri: SecretUri.parse('9m4e2mr0ui3e8a215n4g'), label: 'db' });
    // @ts-expect-error neither a URI nor a label.
    void secretGet(tools, {});
    // @ts-expect-error one or the other.
    void secretGet(tools, { label: 'db' }, { revision: 'both' });
    // @ts-expect-error nobody in particular.
    void secretRevoke(tools, 'secret:9m4e2mr0ui3e8a215n4g', {});
    // @ts-expect-error the owner is one of two.
    void secretAdd(tools, { password: 'x' }, { owner: 'model' });
  });

  it('want the owner of a databag, an address that there is, and a level', () => {
    // @ts-expect-error whose databag?
    void relationGet(tools, relation, {});
    // @ts-expect-error Juju knows two addresses.
    void unitGet(tools, 'address');
    // @ts-expect-error Juju has no such level.
    void jujuLog(tools, 'warn', 'hello');
  });

  it('let results nest, and hold text, numbers and booleans', () => {
    void actionSet(tools, { backup: { id: 7, done: true }, where: 's3' });
    // @ts-expect-error a list is no result.
    void actionSet(tools, { backups: ['a'] });
    // @ts-expect-error nor is nothing.
    void actionSet(tools, { backup: null });
  });
});
