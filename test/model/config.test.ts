import * as z from 'zod/mini';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { ObservedSecret } from '../../src/model/secret.ts';
import { buildModel } from './build-model.ts';

describe('the configuration', () => {
  it('is asked for once, and typed by its declaration', async () => {
    const { model, tools } = buildModel({ 'config-get': { port: 8080, loud: true } });
    const port = await model.config.get('port');
    expectTypeOf(port).toEqualTypeOf<number>();
    expect(port).toBe(8080);
    const title = await model.config.get('title');
    expectTypeOf(title).toEqualTypeOf<string | undefined>();
    expect(title).toBeUndefined();
    await expect(model.config.all()).resolves.toEqual({ port: 8080, title: undefined, loud: true });
    expect(tools.calls).toHaveLength(1);
  });

  it('takes the declared default where Juju says nothing', async () => {
    const { model } = buildModel({ 'config-get': {} });
    await expect(model.config.get('port')).resolves.toBe(80);
    await expect(model.config.get('loud')).resolves.toBe(false);
  });

  it('leaves out what the charm does not declare', async () => {
    const { model } = buildModel({ 'config-get': { trust: true } });
    await expect(model.config.all()).resolves.not.toHaveProperty('trust');
  });

  it('refuses a value of another type than declared', async () => {
    const { model } = buildModel({ 'config-get': { port: '8080' } });
    await expect(model.config.get('port')).rejects.toMatchObject({
      code: 'config-value',
      option: 'port',
    });
  });
});

describe('a configuration with a schema', () => {
  const schema = z.object({
    port: z.int().check(z.lt(1024)),
    title: z.optional(z.string()),
    token: z.optional(z.custom<ObservedSecret>((value) => value instanceof ObservedSecret)),
  });

  it('is typed by it', async () => {
    const { model } = buildModel({ 'config-get': { port: 80, token: '9m4e2mr0ui3e8a215n4g' } });
    const config = await model.config.parse(schema);
    if (!config.success) throw new Error(config.problem);
    expectTypeOf(config.data.port).toEqualTypeOf<number>();
    expect(config.data.port).toBe(80);
    expect(config.data.token?.id).toBe('secret:9m4e2mr0ui3e8a215n4g');
  });

  it('that does not fit is a result, and names options without their values', async () => {
    const { model } = buildModel({ 'config-get': { port: 8080 } });
    const config = await model.config.parse(schema);
    expect(config).toMatchObject({ success: false, issues: [{ path: ['port'] }] });
    expect(config.success || config.problem).toMatch(/^invalid configuration: port: /);
    expect(JSON.stringify(config)).not.toContain('8080');
  });
});

describe('an option of type int', () => {
  it('is a whole number', async () => {
    const { model } = buildModel({ 'config-get': { port: 80.5 } });
    await expect(model.config.get('port')).rejects.toMatchObject({ code: 'config-value' });
  });
});
