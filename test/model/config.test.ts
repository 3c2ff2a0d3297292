import { describe, expect, expectTypeOf, it } from 'vitest';
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
