import type { CloudSpec } from '../juju/tools/credential.ts';
import type { ModelType } from './state/model-state.ts';

/** The cloud of a model that no test describes. Its credential opens nothing. */
export function defaultCloud(type: ModelType): CloudSpec {
  const common = { caCertificates: [], skipTlsVerify: false, isControllerCloud: false };
  return type === 'caas'
    ? {
        type: 'kubernetes',
        name: 'kubernetes',
        endpoint: 'https://10.152.183.1:443',
        credential: { authType: 'oauth2', attributes: { Token: 'no-token' }, redacted: [] },
        ...common,
      }
    : {
        type: 'lxd',
        name: 'localhost',
        region: 'localhost',
        endpoint: 'https://10.1.0.254:8443',
        credential: { authType: 'certificate', attributes: {}, redacted: [] },
        ...common,
      };
}
