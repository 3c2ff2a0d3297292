import { readJujuContext } from '../../src/juju/context.ts';
import { Model } from '../../src/model/model.ts';
import { meta } from '../dispatch/hello-charm.ts';
import { noPebble } from '../dispatch/run-hello.ts';
import { CannedHookTools } from '../support/canned-hook-tools.ts';
import { jujuEnvironment } from '../support/juju-environment.ts';

export interface ModelUnderTest {
  readonly model: Model<typeof meta>;
  readonly tools: CannedHookTools;
  /** Sends the gathered writes, as the end of a dispatch does. */
  flush(): Promise<void>;
}

/** The hello charm's model over canned hook tools. */
export function buildModel(
  answers: Record<string, unknown>,
  path = 'hooks/config-changed',
  env: Readonly<Record<string, string>> = {},
): ModelUnderTest {
  const tools = new CannedHookTools(answers);
  const model = new Model({
    context: readJujuContext(jujuEnvironment(path, env)),
    declarations: meta,
    tools,
    pebble: () => noPebble,
  });
  const flush = async (): Promise<void> => {
    for (const participant of model.participants) await participant.flush();
  };
  return { model, tools, flush };
}
