import type { Layer } from '../../../src/pebble/index.ts';

/** Layers that Pebble refuses, and what it says. */
export const badLayers: readonly (readonly [string, Layer | string, string | RegExp])[] = [
  [
    'without an override for a service',
    { services: { web: { command: 'sleep 1' } } },
    'layer "bad" must define "override" for service "web"',
  ],
  [
    'with an unknown override',
    'services: {web: {override: sometimes, command: sleep 1}}',
    'layer "bad" has invalid "override" value for service "web"',
  ],
  [
    'with an unknown section',
    'sections: {}',
    /^cannot parse layer YAML: cannot parse layer "bad": unknown section "sections"/,
  ],
  [
    'with an unknown key of a service',
    'services: {web: {override: replace, command: sleep 1, colour: red}}',
    /^cannot parse layer YAML: .*colour/s,
  ],
  ['that is no YAML', 'services: [', /^cannot parse layer YAML: /],
  ['that is a list', '- web', /^cannot parse layer YAML: /],
  [
    'with a service of nothing',
    'services: {web: null}',
    'cannot parse layer YAML: service object cannot be null for service "web"',
  ],
  [
    'with a service without a command',
    { services: { web: { override: 'replace' } } },
    'plan must define "command" for service "web"',
  ],
  [
    'with a quote that does not end',
    { services: { web: { override: 'replace', command: 'sleep "1' } } },
    /plan service "web" command invalid: .*EOF found when expecting closing quote/,
  ],
  [
    'with arguments after the default ones',
    { services: { web: { override: 'replace', command: 'sleep [ 1 ] 2' } } },
    /cannot have any arguments after \[ \.\.\. \] group/,
  ],
  [
    'with default arguments in default arguments',
    { services: { web: { override: 'replace', command: 'sleep [ 1 [ 2 ] ]' } } },
    /cannot nest \[ \.\.\. \] groups/,
  ],
  [
    'with default arguments for a command',
    { services: { web: { override: 'replace', command: '[ sleep ]' } } },
    /cannot start command with \[ \.\.\. \] group/,
  ],
  [
    'with services that wait for each other',
    {
      services: {
        a: { override: 'replace', command: 'sleep 1', after: ['b'] },
        b: { override: 'replace', command: 'sleep 1', after: ['a'] },
      },
    },
    'services in before/after loop: a, b',
  ],
  [
    'with a requirement that does not exist',
    { services: { web: { override: 'replace', command: 'sleep 1', requires: ['db'] } } },
    /service "db" does not exist/,
  ],
  [
    'with the reserved service name',
    { services: { pebble: { override: 'replace', command: 'sleep 1' } } },
    'cannot parse layer YAML: cannot use reserved service name "pebble"',
  ],
  [
    'with a service name that begins with a dash',
    { services: { '-web': { override: 'replace', command: 'sleep 1' } } },
    /cannot use service name "-web": starting with "-" not allowed/,
  ],
  [
    'with an unknown action on failure',
    'services: {web: {override: replace, command: sleep 1, on-failure: panic}}',
    'cannot parse layer YAML: plan service "web" on-failure action "panic" invalid',
  ],
  [
    'with a duration that is none',
    { services: { web: { override: 'replace', command: 'sleep 1', 'kill-delay': 'soon' } } },
    /invalid duration "soon"/,
  ],
  [
    'with a backoff that shrinks',
    { services: { web: { override: 'replace', command: 'sleep 1', 'backoff-factor': 0.5 } } },
    /plan service "web" backoff-factor must be 1.0 or greater, not 0.5/,
  ],
  [
    'with services that are not there',
    'services:\n',
    'cannot parse layer YAML: cannot parse layer "bad" section "services": EOF',
  ],
  [
    'with a summary that is not there',
    'summary:\nservices: {}\n',
    'cannot parse layer YAML: cannot parse layer "bad" section "summary": EOF',
  ],
  [
    'that names what it does not define',
    'services: {web: {override: replace, command: *nothing}}',
    `cannot parse layer YAML: cannot parse layer "bad": yaml: unknown anchor 'nothing' referenced`,
  ],
  [
    'that names what another section defines',
    'summary: &it x\nservices: {web: {override: replace, command: *it}}',
    `cannot parse layer YAML: cannot parse layer "bad" section "services": yaml: unknown anchor 'it' referenced`,
  ],
  [
    'with a control character',
    'summary: "a\u0001b"',
    'cannot parse layer YAML: cannot parse layer "bad": yaml: control characters are not allowed',
  ],
  [
    'of another YAML',
    '%YAML 1.2\n---\nsummary: x\n',
    'cannot parse layer YAML: cannot parse layer "bad": yaml: found incompatible YAML document',
  ],
  [
    'with a number in quotes',
    'services:\n  web:\n    user-id: "5"\n',
    'cannot parse layer YAML: cannot parse layer "bad" section "services": yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `5` into int',
  ],
  [
    'with a number that is a long word',
    'services:\n  web:\n    user-id: nobody-at-all\n',
    'cannot parse layer YAML: cannot parse layer "bad" section "services": yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `nobody-...` into int',
  ],
  [
    'with a duration in a list',
    'services: {web: {kill-delay: [5s]}}',
    'cannot parse layer YAML: cannot parse layer "bad" section "services": duration must be a YAML string',
  ],
  [
    'with a duration that is too long',
    'services: {web: {kill-delay: 9999999h}}',
    'cannot parse layer YAML: cannot parse layer "bad" section "services": invalid duration "9999999h"',
  ],
  [
    'with a workload without a rule',
    'workloads: {all: {}}',
    'workload "all": must define an "override" policy',
  ],
  [
    'with a service of a workload that does not exist',
    { services: { web: { override: 'replace', command: 'sleep 1', workload: 'x' } } },
    'workload "x": not defined for service "web"',
  ],
  [
    'with an unknown pairing mode',
    'pairing: {mode: sometimes}',
    'cannot parse layer YAML: invalid pairing mode "sometimes": should be "disabled", "single" or "multiple"',
  ],
  [
    'with a log target that has neither place nor services',
    { 'log-targets': { all: { override: 'replace', type: 'loki', services: ['nobody'] } } },
    'log target "all" specifies unknown service "nobody"',
  ],
  [
    'with a check of no kind',
    { checks: { up: { override: 'replace' } } },
    'plan must specify one of "http", "tcp", or "exec" for check "up"',
  ],
];
