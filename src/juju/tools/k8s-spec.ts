import type { HookTools } from '../hook-tool.ts';
import { withPrivateFiles } from '../private-files.ts';
import { runTool, type ToolOptions } from './run.ts';

/**
 * `k8s-spec-get`: the pod spec, as YAML. Only in charms of the older kind without sidecar, which
 * Juju 4.0 no longer has.
 *
 * @throws {HookToolNotFoundError} where none was set.
 */
export async function k8sSpecGet(tools: HookTools, options?: ToolOptions): Promise<string> {
  return await runTool(tools, { tool: 'k8s-spec-get', args: [] }, options);
}

/**
 * `k8s-spec-set`: the pods that Kubernetes shall run, when the hook succeeds. For the leader of a
 * charm of the older kind only.
 *
 * @param spec YAML.
 * @param resources YAML of further Kubernetes resources.
 */
export async function k8sSpecSet(
  tools: HookTools,
  spec: string,
  { resources, ...options }: ToolOptions & { readonly resources?: string | undefined } = {},
): Promise<void> {
  const tool = 'k8s-spec-set';
  if (resources === undefined) {
    await runTool(tools, { tool, args: ['--file', '-'], stdin: spec }, options);
    return;
  }
  await withPrivateFiles({ 'resources.yaml': resources }, async (paths) => {
    const args = [
      '--file',
      '-',
      ...[...paths.values()].flatMap((path) => ['--k8s-resources', path]),
    ];
    await runTool(tools, { tool, args, stdin: spec }, options);
  });
}

/**
 * `k8s-raw-get`: the Kubernetes objects set with `k8s-raw-set`, as YAML.
 *
 * @throws {HookToolNotFoundError} where none were set.
 */
export async function k8sRawGet(tools: HookTools, options?: ToolOptions): Promise<string> {
  return await runTool(tools, { tool: 'k8s-raw-get', args: [] }, options);
}

/**
 * `k8s-raw-set`: Kubernetes objects as they are, when the hook succeeds. For the leader only, and
 * where the controller has the feature flag `raw-k8s-spec`: else the hook fails.
 */
export async function k8sRawSet(
  tools: HookTools,
  objects: string,
  options?: ToolOptions,
): Promise<void> {
  await runTool(tools, { tool: 'k8s-raw-set', args: ['--file', '-'], stdin: objects }, options);
}
