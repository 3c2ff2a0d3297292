import type { CloudSpec } from '../../juju/tools/credential.ts';
import { isAtLeast } from '../state/model-state.ts';
import { RunFault } from './flags.ts';
import type { Printable } from './go-json.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const credentialGet: HookTool = {
  name: 'credential-get',
  usage: '[options]',
  summary: 'access cloud credentials',
  flags: () => outputFlags(),
  run({ transaction: { model, application } }, args) {
    args.atMost(0);
    const onKubernetes = model.type === 'caas';
    if (onKubernetes && !isAtLeast(model, 3, 6, 10)) {
      throw refusal('credential-get on a "caas" model not supported');
    }
    if (application.cloud === undefined) {
      throw refusal(`${onKubernetes ? 'getting model credentials: ' : ''}permission denied`);
    }
    return formatted(printable(application.cloud), args);
  },
};

function refusal(why: string): RunFault {
  return new RunFault(`cannot access cloud credentials: ${why}`);
}

/** As Juju writes it: what is empty is left out. */
function printable(cloud: CloudSpec): Printable {
  const { credential } = cloud;
  return {
    type: cloud.type,
    name: cloud.name,
    ...given('region', cloud.region),
    ...given('endpoint', cloud.endpoint),
    ...given('identity-endpoint', cloud.identityEndpoint),
    ...given('storage-endpoint', cloud.storageEndpoint),
    ...(credential && {
      credential: {
        'auth-type': credential.authType,
        ...(isEmpty(credential.attributes) ? {} : { attrs: { ...credential.attributes } }),
        ...(isEmpty(credential.redacted) ? {} : { redacted: [...credential.redacted] }),
      },
    }),
    ...(isEmpty(cloud.caCertificates) ? {} : { cacertificates: [...cloud.caCertificates] }),
    ...(cloud.skipTlsVerify ? { 'skip-tls-verify': true } : {}),
    ...(cloud.isControllerCloud ? { 'is-controller-cloud': true } : {}),
  };
}

function given(key: string, text = ''): Record<string, string> {
  return text === '' ? {} : { [key]: text };
}

function isEmpty(collection: object): boolean {
  return Object.keys(collection).length === 0;
}
