import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JujuVersion, type JujuFeature } from '../../src/juju/version.ts';

describe('a version of Juju', () => {
  it.each([
    ['3.6', { major: 3, minor: 6, patch: 0, tag: undefined, build: 0 }],
    ['3.6.9', { major: 3, minor: 6, patch: 9, tag: undefined, build: 0 }],
    ['3.6.9.12', { major: 3, minor: 6, patch: 9, tag: undefined, build: 12 }],
    ['4.0-beta2', { major: 4, minor: 0, patch: 0, tag: 'beta2', build: 0 }],
    ['4.0-rc1.7', { major: 4, minor: 0, patch: 0, tag: 'rc1', build: 7 }],
  ])('is read from %s', (text, parts) => {
    expect(JujuVersion.parse(text)).toMatchObject({ ...parts, text, isKnown: true });
    expect(String(new JujuVersion(text))).toBe(text);
  });

  it.each(['', '3', '3.', 'x.y.z', '3.6.9.1.2', '3.6-beta', '3.6.9-beta1', ' 3.6.9', '3.6.9\n'])(
    'is not read from %j, which counts as older than any where that must do',
    (text) => {
      expect(() => JujuVersion.parse(text)).toThrow(
        expect.objectContaining({ code: 'juju-version-invalid', text }),
      );
      const version = new JujuVersion(text);
      expect(version.isKnown).toBe(false);
      expect(version.isAtLeast(0, 0, 1)).toBe(false);
      expect(version.compare(new JujuVersion('0.0.1'))).toBeLessThan(0);
    },
  );

  const inOrder =
    `2.9.49 3.0-alpha1 3.0-beta1 3.0-beta2 3.0-beta2.1 3.0-beta10 3.0-rc1 3.0.0 3.0.0.1 3.0.3
     3.6.9 3.6.10 3.10.0 4.0-beta1 4.0.0 10.0.0`
      .split(/\s+/)
      .map((text) => JujuVersion.parse(text));

  it('is older than those after it, tagged ones before their release', () => {
    for (const [index, version] of inOrder.entries()) {
      for (const [otherIndex, other] of inOrder.entries()) {
        const order = `${version.text} and ${other.text}: ${Math.sign(version.compare(other))}`;
        const expected = Math.sign(index - otherIndex);
        expect(order).toBe(`${version.text} and ${other.text}: ${expected}`);
      }
    }
  });

  it('is at least a release exactly when it is not older than that', () => {
    const number = fc.nat({ max: 3 });
    const release = fc.tuple(number, number, number);
    const tag = fc.option(fc.tuple(fc.constantFrom('alpha', 'beta', 'rc'), number), {
      nil: undefined,
    });
    fc.assert(
      fc.property(release, tag, release, ([major, minor, patch], tagged, other) => {
        const version = JujuVersion.parse(
          tagged === undefined
            ? `${major}.${minor}.${patch}`
            : `${major}.${minor}-${tagged.join('')}`,
        );
        const order = version.compare(JujuVersion.parse(other.join('.')));
        expect(version.isAtLeast(...other)).toBe(order >= 0);
      }),
    );
  });

  it.each<[JujuFeature, string, string]>([
    ['application-data', '2.6.10', '2.7.0'],
    ['controller-storage', '2.7.8', '2.8.0'],
    ['secrets', '3.0.2', '3.0.3'],
    ['open-port-on-kubernetes', '3.0.2', '3.0.3'],
    ['exec-service-context', '3.1.5', '3.1.6'],
    ['exec-service-context', '3.2.0', '3.2.1'],
    ['pebble-custom-notice', '3.3.9', '3.4.0'],
    ['pebble-log-forwarding', '3.3.9', '3.4.0'],
    ['pebble-check-events', '3.5.9', '3.6.0'],
    ['secret-set-keeps', '3.6-rc1', '3.6.0'],
    ['relation-model', '3.6.1', '3.6.2'],
    ['pebble-identities', '3.6.3', '3.6.4'],
    ['pebble-metrics', '3.6.3', '3.6.4'],
    ['cloud-spec-on-kubernetes', '3.6.9', '3.6.10'],
  ])('has %s not in %s, and from %s on', (feature, before, since) => {
    expect(JujuVersion.parse(before).has(feature)).toBe(false);
    expect(JujuVersion.parse(since).has(feature)).toBe(true);
    expect(JujuVersion.parse('4.0.1').has(feature)).toBe(true);
  });
});
