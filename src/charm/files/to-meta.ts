import type { ActionMeta, CharmMeta, EndpointMeta, OptionMeta } from '../metadata.ts';
import type { ActionsFields } from './actions-schema.ts';
import type { ConfigFields, OptionFields } from './config-schema.ts';
import type { EndpointFields, MetadataFields } from './metadata-schema.ts';

/** What the runtime, the tools and the tests need of a charm's files, without the rest. */
export function toMeta(
  metadata: MetadataFields,
  config: ConfigFields,
  actions: ActionsFields,
): CharmMeta {
  const { name, summary, description, subordinate, assumes, devices, payloads } = metadata;
  return defined({
    name,
    summary,
    description,
    subordinate,
    assumes,
    'charm-user': metadata['charm-user'],
    containers: mapValues(metadata.containers, ({ resource, bases, mounts, uid, gid }) =>
      defined({
        resource,
        bases,
        mounts: mounts?.map(({ storage, location }) => ({ storage, location })),
        uid,
        gid,
      }),
    ),
    peers: mapValues(metadata.peers, toEndpoint),
    requires: mapValues(metadata.requires, toEndpoint),
    provides: mapValues(metadata.provides, toEndpoint),
    'extra-bindings': metadata['extra-bindings'],
    storage: mapValues(metadata.storage, (storage) =>
      defined({
        type: storage.type,
        description: storage.description,
        shared: storage.shared,
        'read-only': storage['read-only'],
        multiple: storage.multiple && { range: storage.multiple.range },
        'minimum-size': storage['minimum-size'],
        location: storage.location,
        properties: storage.properties,
      }),
    ),
    devices:
      devices &&
      mapValues(devices, ({ type, description, countmin, countmax }) =>
        defined({ type, description, countmin, countmax }),
      ),
    payloads: payloads && mapValues(payloads, ({ type }) => ({ type })),
    resources: mapValues(metadata.resources, ({ type, filename, description }) =>
      defined({ type, filename, description }),
    ),
    options: mapValues(config?.options, toOption),
    actions: mapValues(actions, toAction),
  });
}

function toEndpoint(endpoint: EndpointFields): EndpointMeta {
  const { interface: name, limit, optional, scope } = endpoint;
  return defined({ interface: name, limit: limit ?? undefined, optional, scope });
}

function toOption(option: OptionFields): OptionMeta {
  const { type, default: preset, description } = option;
  return defined({
    type,
    default: preset ?? undefined,
    description: description ?? undefined,
  });
}

function toAction(action: ActionMeta | null | undefined): ActionMeta {
  if (!action) return {};
  const { description, title, params, required, additionalProperties, parallel } = action;
  return defined({
    description,
    title,
    params,
    required,
    additionalProperties,
    parallel,
    'execution-group': action['execution-group'],
  });
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>> | null | undefined,
  change: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(record ?? {}).map(([key, value]) => [key, change(value)]),
  );
}

/** The object without the fields that are undefined. */
function defined<T extends object>(fields: T): T {
  const copy = { ...fields };
  for (const key of Object.keys(copy)) {
    if (Reflect.get(copy, key) === undefined) Reflect.deleteProperty(copy, key);
  }
  return copy;
}
