import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packedFiles } from '../../src/charm/files/packed-files.ts';
import { readCharmMeta } from '../../src/charm/files/read-charm-meta.ts';

const craft = `type: charm
title: Hello
name: hello
summary: s
description: d
base: ubuntu@24.04
platforms: {amd64: , big: {build-on: [arm64], build-for: [arm64]}, "ubuntu@22.04:amd64": }
parts: {hello: {plugin: nil}}
links: {contact: a@example.com, documentation: https://docs.example.com, source: [https://x]}
peers:
containers: {web: {}}
extra-bindings: {admin: }
config:
  options:
    share: {type: float, default: 1.0}
    word: {type: string, default: "yes"}
    number: {type: string, default: "010"}
actions: {shout: {params: {what: {type: string, default: "no"}}}}
`;

async function packed(files: Parameters<typeof packedFiles>[0]): Promise<Record<string, string>> {
  return Object.fromEntries(await packedFiles(files));
}

describe('the files that are packed from charmcraft.yaml', () => {
  it('are those that Juju reads, and say the same', async () => {
    const files = await packed({ 'charmcraft.yaml': craft });
    expect(Object.keys(files).sort()).toEqual([
      'actions.yaml',
      'config.yaml',
      'manifest.yaml',
      'metadata.yaml',
    ]);
    const { 'manifest.yaml': manifest = '', 'metadata.yaml': metadata = '', ...rest } = files;
    await expect(readCharmMeta({ 'metadata.yaml': metadata, ...rest })).resolves.toEqual(
      await readCharmMeta({ 'charmcraft.yaml': craft }),
    );
    expect(parse(metadata)).toEqual({
      name: 'hello',
      'display-name': 'Hello',
      summary: 's',
      description: 'd',
      docs: 'https://docs.example.com',
      maintainers: ['a@example.com'],
      source: ['https://x'],
      containers: { web: {} },
      'extra-bindings': { admin: null },
    });
    expect(parse(manifest)).toEqual({
      bases: [
        { name: 'ubuntu', channel: '24.04', architectures: ['amd64', 'arm64'] },
        { name: 'ubuntu', channel: '22.04', architectures: ['amd64'] },
      ],
    });
  });

  it('have the bases of an older charmcraft.yaml', async () => {
    const older = craft
      .replace(/^base: .*\nplatforms: .*\n/m, '')
      .concat('bases:\n  - build-on: [{name: ubuntu, channel: "20.04"}]\n')
      .concat('    run-on: [{name: ubuntu, channel: "22.04", architectures: [amd64, s390x]}]\n');
    const { 'manifest.yaml': manifest = '' } = await packed({ 'charmcraft.yaml': older });
    expect(parse(manifest)).toEqual({
      bases: [{ name: 'ubuntu', channel: '22.04', architectures: ['amd64', 's390x'] }],
    });
  });

  it('are none where the charm has its own', async () => {
    const metadata = 'name: hello\nsummary: s\ndescription: d\n';
    const parts = 'type: charm\nparts: {hello: {plugin: nil}}\n';
    const files = { 'metadata.yaml': metadata, 'charmcraft.yaml': parts };
    await expect(packed(files)).resolves.toEqual({});
  });
});
