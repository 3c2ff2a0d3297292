export { CharmUnreadableError, HookFailedError } from './agent/errors.ts';
export type { RetryDelayOptions } from './agent/retry-delay.ts';
export type { HookReport } from './agent/unit-agent.ts';
export { deploy, type DeployOptions } from './deploy.ts';
export type { LocalEvent, LocalModel, RemoteApplication, SettleOptions } from './local-model.ts';
export type { ContainerImage, ImageDirectory, ImageUser } from './pod/image.ts';
export { openPodHost, type PodHostOptions } from './pod/open-pod-host.ts';
export type { Pod, PodCommand, PodCommandOptions, PodHost, PodIsolation } from './pod/pod.ts';
export { WorkFolderError } from './work-folder.ts';
