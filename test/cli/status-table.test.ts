import { expect, it } from 'vitest';
import { paletteFor } from '../../src/cli/palette.ts';
import { statusTable } from '../../src/cli/status-table.ts';
import { readCharmMeta } from '../../src/charm/files/read-charm-meta.ts';
import { SimulatedJuju } from '../../src/simulator/simulated-juju.ts';

it('prints a model as juju status does', async () => {
  const meta = await readCharmMeta({
    'metadata.yaml':
      'name: pooler\nsummary: s\ndescription: d\nrequires:\n  backend:\n    interface: sql\n',
  });
  const juju = new SimulatedJuju({ model: { name: 'demo' } });
  const unit = juju.addApplication('pooler', meta).addUnit({ address: '10.1.0.2' });
  juju.addRemoteApplication('db').addUnit();
  juju.relate('pooler:backend', 'db:sql');
  unit.setStatus('waiting', 'for the container');
  const lines = statusTable(juju.status(), paletteFor({}, {}));
  expect(lines).toContain('demo   charmwright local  3.6.9');
  expect(lines.find((line) => line.startsWith('pooler/0*'))).toMatch(
    /^pooler\/0\* +waiting +allocating +10\.1\.0\.2 +for the container$/,
  );
  expect(lines.find((line) => line.startsWith('db:sql'))).toMatch(
    /^db:sql +pooler:backend +sql +regular$/,
  );
});
