import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/command.ts';
import { readOptionArguments } from '../../src/cli/option-arguments.ts';

const options = {
  port: { type: 'int' },
  ratio: { type: 'float' },
  verbose: { type: 'boolean' },
  name: { type: 'string' },
} as const;

describe('options given as words', () => {
  it('get the types that the charm declares', () => {
    const words = ['port=6432', 'ratio=0.5', 'verbose=true', 'name=a=b\nc'];
    expect(readOptionArguments(words, options)).toEqual({
      port: 6432,
      ratio: 0.5,
      verbose: true,
      name: 'a=b\nc',
    });
  });

  it('may be empty strings', () => {
    expect(readOptionArguments(['name='], options)).toEqual({ name: '' });
  });

  it.for([
    ['port=x', /port takes a value of type int/],
    ['port=1.5', /port takes a value of type int/],
    ['ratio=', /ratio takes a value of type float/],
    ['verbose=yes', /verbose takes a value of type boolean/],
    ['nix=1', /no option nix; it has port, ratio, verbose, name/],
    ['constructor=1', /no option constructor/],
    ['port', /not NAME=VALUE/],
  ] as const)('are refused as %s', ([word, why]) => {
    const read = (): unknown => readOptionArguments([word], options);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(why);
  });
});
