import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import type { HookTools } from '../hook-tool.ts';
import { readTool, type ToolOptions } from './run.ts';

/** The cloud that the model is in, with the credential to it. */
export interface CloudSpec {
  /** `ec2`, `lxd`, `kubernetes`, … */
  readonly type: string;
  readonly name: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly identityEndpoint?: string;
  readonly storageEndpoint?: string;
  readonly credential?: CloudCredential;
  /** In PEM. */
  readonly caCertificates: readonly string[];
  readonly skipTlsVerify: boolean;
  readonly isControllerCloud: boolean;
}

export interface CloudCredential {
  /** `access-key`, `oauth2`, … */
  readonly authType: string;
  /** The secrets themselves. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of attributes that Juju keeps back. */
  readonly redacted: readonly string[];
}

const text = () => z.nullish(z.string());
const texts = () => z.nullish(z.array(z.string()));
const credentialSchema = lazy(() =>
  z.object({
    'auth-type': text(),
    attrs: z.nullish(z.record(z.string(), z.string())),
    redacted: texts(),
  }),
);
const cloudSchema = lazy(() =>
  z.object({
    type: z.string(),
    name: z.string(),
    region: text(),
    endpoint: text(),
    'identity-endpoint': text(),
    'storage-endpoint': text(),
    credential: z.nullish(credentialSchema()),
    cacertificates: texts(),
    'skip-tls-verify': z.nullish(z.boolean()),
    'is-controller-cloud': z.nullish(z.boolean()),
  }),
);

/**
 * `credential-get`: the model's cloud, for an application that the administrator trusts
 * (`juju trust`). On Kubernetes from Juju 3.6.10 on.
 *
 * @throws {HookToolPermissionError} when nobody trusts the application.
 */
export async function credentialGet(tools: HookTools, options?: ToolOptions): Promise<CloudSpec> {
  const call = { tool: 'credential-get', args: ['--format=json'] };
  const wire = await readTool(tools, call, cloudSchema(), options);
  const region = wire.region ?? '';
  const endpoint = wire.endpoint ?? '';
  const identityEndpoint = wire['identity-endpoint'] ?? '';
  const storageEndpoint = wire['storage-endpoint'] ?? '';
  return {
    type: wire.type,
    name: wire.name,
    ...(region === '' ? {} : { region }),
    ...(endpoint === '' ? {} : { endpoint }),
    ...(identityEndpoint === '' ? {} : { identityEndpoint }),
    ...(storageEndpoint === '' ? {} : { storageEndpoint }),
    ...(isGiven(wire.credential) ? { credential: cloudCredential(wire.credential) } : {}),
    caCertificates: wire.cacertificates ?? [],
    skipTlsVerify: wire['skip-tls-verify'] ?? false,
    isControllerCloud: wire['is-controller-cloud'] ?? false,
  };
}

function cloudCredential(wire: z.infer<ReturnType<typeof credentialSchema>>): CloudCredential {
  return {
    authType: wire['auth-type'] ?? '',
    attributes: wire.attrs ?? {},
    redacted: wire.redacted ?? [],
  };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
