/**
 * The type of the values that fit a JSON schema, as far as it can be told: from `type`, `enum`,
 * `properties` with `required` and `default`, `items` and `additionalProperties`. What only oneOf
 * and the like restrict is `unknown`; all of it is checked when the value is read.
 */
export type SchemaValue<S> = S extends { readonly enum: readonly (infer Choice)[] }
  ? Choice
  : S extends { readonly type: infer Type }
    ? Type extends readonly (infer Name)[]
      ? TypedValue<S, Name>
      : TypedValue<S, Type>
    : unknown;

type TypedValue<S, Name> = Name extends 'string'
  ? string
  : Name extends 'integer' | 'number'
    ? number
    : Name extends 'boolean'
      ? boolean
      : Name extends 'null'
        ? null
        : Name extends 'array'
          ? ListValue<S>
          : Name extends 'object'
            ? ObjectValue<S>
            : unknown;

type ListValue<S> = S extends { readonly items: readonly unknown[] }
  ? readonly unknown[]
  : S extends { readonly items: infer Item }
    ? readonly SchemaValue<Item>[]
    : readonly unknown[];

/** The type of an object that fits a schema. Defaults are filled in, so they make a property sure. */
export type ObjectValue<S> = S extends { readonly properties: infer Properties }
  ? KnownProperties<Properties, RequiredName<S>> & OtherProperties<S>
  : S extends { readonly patternProperties: unknown }
    ? Readonly<Record<string, unknown>>
    : S extends { readonly additionalProperties: infer Other }
      ? Readonly<Record<string, Other extends boolean ? unknown : SchemaValue<Other>>>
      : Readonly<Record<string, unknown>>;

type KnownProperties<P, R> = Flat<
  {
    readonly [K in keyof P as IsSure<P, K, R> extends true ? K : never]: SchemaValue<P[K]>;
  } & {
    readonly [K in keyof P as IsSure<P, K, R> extends true ? never : K]?:
      | SchemaValue<P[K]>
      | undefined;
  }
>;

/** Properties that are not named: of any type, where the schema says that they may be there. */
type OtherProperties<S> = S extends { readonly patternProperties: unknown }
  ? Readonly<Record<string, unknown>>
  : S extends { readonly additionalProperties: infer Other }
    ? Other extends false
      ? unknown
      : Readonly<Record<string, unknown>>
    : unknown;

type RequiredName<S> = S extends { readonly required: readonly (infer Name)[] } ? Name : never;

type IsSure<P, K extends keyof P, R> = K extends R ? true : HasDefault<P[K]>;

/** Juju also makes an object of which only a property has a default, when it requires no other. */
type HasDefault<S> = S extends { readonly default: infer Default }
  ? Default extends null | undefined
    ? HasInnerDefault<S>
    : true
  : HasInnerDefault<S>;

type HasInnerDefault<S> = S extends { readonly required: unknown }
  ? false
  : S extends { readonly properties: infer P }
    ? true extends { [K in keyof P]: HasDefault<P[K]> }[keyof P]
      ? true
      : false
    : false;

type Flat<T> = { readonly [K in keyof T]: T[K] };
