import type { PodSpec } from '../state/pod-spec.ts';
import { RunFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';

export const k8sSpecGet: HookTool = getter('k8s-spec-get', 'spec');
export const k8sSpecSet: HookTool = setter('k8s-spec-set', 'spec');
export const k8sRawGet: HookTool = getter('k8s-raw-get', 'raw');
export const k8sRawSet: HookTool = setter('k8s-raw-set', 'raw');
export const podSpecGet: HookTool = getter('pod-spec-get', 'spec');
export const podSpecSet: HookTool = setter('pod-spec-set', 'spec');

function getter(name: string, form: PodSpec['form']): HookTool {
  return {
    name,
    until: [4, 0],
    usage: '',
    summary: `get k8s ${form === 'raw' ? 'raw ' : ''}spec information`,
    flags: () => [],
    run({ transaction: { model, application } }, args) {
      args.atMost(0);
      if (model.type === 'iaas') {
        throw new RunFault('called CAASModel() on a non-CAAS Model not supported');
      }
      const { podSpec, name: app } = application;
      if (podSpec?.form === form) return podSpec.yaml;
      const what = form === 'raw' ? 'raw k8s spec' : 'podspec';
      throw new RunFault(`${what} for application ${app} not found`);
    },
  };
}

function setter(name: string, form: PodSpec['form']): HookTool {
  const what = form === 'raw' ? 'k8s raw spec' : 'k8s spec';
  return {
    name,
    until: [4, 0],
    usage: '--file <core spec file> [--k8s-resources <k8s spec file>]',
    summary: `set ${what} information`,
    flags: () => [
      { names: ['file'], takes: 'value' },
      ...(form === 'spec' ? [{ names: ['k8s-resources'], takes: 'value' } as const] : []),
    ],
    run({ transaction, readInput }, args) {
      args.atMost(0);
      const yaml = readInput(args.value('file') ?? '-');
      if (yaml === '') {
        throw new RunFault(
          `no ${what} specified: pipe ${what} to command, or specify a file with --file`,
        );
      }
      const resources = args.value('k8s-resources');
      const more = resources === undefined ? '' : readInput(resources);
      if (!transaction.isLeader()) throw new RunFault('this unit is not the leader');
      transaction.podSpec = { form, yaml: yaml + more };
      return '';
    },
  };
}
