/** Tools that Juju has and that answer, in every hook of this model, only with a refusal. */
export const refusedTools: ReadonlyMap<string, string> = new Map([
  [
    'credential-get',
    'cannot access cloud credentials: credential-get on a "caas" model not supported',
  ],
]);
