import { X509Certificate } from 'node:crypto';
import { ApiError } from '../api-error.ts';
import type { Identity } from '../identities/identity-list.ts';
import { syncReply } from '../reply.ts';
import { bodyOf, readJson, type JsonBody } from '../request-body.ts';
import type { Handler, Route } from './route.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

const accessLevels: readonly string[] = ['admin', 'read', 'metrics', 'untrusted'];
const levelsInWords = '"admin", "read", "metrics", or "untrusted"';
const namePattern = /^[a-zA-Z][a-zA-Z0-9_-]*$/;
/** Stands for what the daemon does not give away. */
const masked = '*****';

const getIdentities: Handler = async (_call, { identities }) =>
  syncReply(
    Object.fromEntries(
      identities.all().map(([name, { access, local, basic, cert }]) => [
        name,
        {
          access,
          ...(local && { local: { 'user-id': local.userId } }),
          ...(basic && { basic: { password: masked } }),
          ...(cert && { cert: { pem: masked } }),
        },
      ]),
    ),
  );

const postIdentities: Handler = async (call, { identities }) => {
  const body = await readJson(bodyOf(call.request), 'cannot decode request body');
  const action = body.text('action');
  const changes = new Map<string, Identity | null>();
  for (const [name, fields] of body.namedObjects('identities')) {
    changes.set(name, fields === null ? null : readIdentity(name, fields));
  }
  switch (action) {
    case 'add':
    case 'update':
    case 'replace':
    case 'remove':
      identities.change(action, changes);
      return syncReply(undefined);
    default:
      throw new ApiError(
        400,
        `invalid action ${goQuote(action)}, must be "add", "update", "replace", or "remove"`,
      );
  }
};

/** @throws {ApiError} that says what is wrong with it, and never what its secrets are. */
function readIdentity(name: string, fields: JsonBody): Identity {
  const refuse = (why: string): never => {
    throw new ApiError(400, `invalid identity for ${goQuote(name)}: ${why}`);
  };
  const [local, basic, cert] = [
    fields.object('local'),
    fields.object('basic'),
    fields.object('cert'),
  ];
  const access = fields.text('access');
  if (access === '') {
    refuse(`access value must be specified (${levelsInWords})`);
  }
  if (!accessLevels.includes(access)) {
    refuse(`invalid access value ${goQuote(access)}, must be ${levelsInWords}`);
  }
  if (local === undefined && basic === undefined && cert === undefined) {
    refuse('identity must have at least one type ("local", "basic", or "cert")');
  }
  if (!namePattern.test(name)) {
    refuse(
      'identity name "" invalid: must start with an alphabetic character and only contain alphanumeric characters, underscore, and hyphen',
    );
  }
  const userId = local?.userId('user-id');
  if (local !== undefined && userId === undefined) {
    refuse('local identity must specify user-id');
  }
  const password = basic?.text('password');
  if (password === '') {
    refuse('basic identity must specify password (hashed)');
  }
  const pem = cert?.text('pem');
  if (pem !== undefined && !isCertificate(pem)) {
    refuse('cert identity must include a PEM-encoded certificate');
  }
  return {
    access,
    ...(userId !== undefined && { local: { userId } }),
    ...(password !== undefined && { basic: { password } }),
    ...(pem !== undefined && { cert: { pem } }),
  };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

export const identityRoutes: readonly Route[] = [
  { path: '/v1/identities', get: getIdentities, post: postIdentities },
];
