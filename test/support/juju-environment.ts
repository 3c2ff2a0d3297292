/** The variables that every hook has. */
export function jujuEnvironment(
  dispatchPath: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    JUJU_UNIT_NAME: 'hello/0',
    JUJU_CHARM_DIR: '/var/lib/juju/agents/unit-hello-0/charm',
    JUJU_MODEL_NAME: 'dev',
    JUJU_MODEL_UUID: 'b1c9d2a4-0000-4000-8000-000000000001',
    JUJU_VERSION: '3.6.9',
    JUJU_DISPATCH_PATH: dispatchPath,
    JUJU_HOOK_NAME: dispatchPath.startsWith('hooks/') ? dispatchPath.slice(6) : '',
    ...more,
  };
}
