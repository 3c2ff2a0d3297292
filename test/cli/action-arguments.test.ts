import { describe, expect, it } from 'vitest';
import { readActionArguments } from '../../src/cli/action-arguments.ts';
import { UsageError } from '../../src/cli/command.ts';

describe('the parameters of an action on the command line', () => {
  it('are YAML, and nest by dots', () => {
    const words = ['count=3', 'name=a=b', 'deep.on=true', 'deep.list=[1, x]', 'empty='];
    expect(readActionArguments(words)).toEqual({
      count: 3,
      name: 'a=b',
      deep: { on: true, list: [1, 'x'] },
      empty: '',
    });
  });

  it('may bear any name', () => {
    const params = readActionArguments(['__proto__.polluted=yes']);
    expect(Object.keys(params)).toEqual(['__proto__']);
    expect({}).not.toHaveProperty('polluted');
  });

  it.for(['word', '=value', 'list=[1,'])('are refused when they are %s', (word) => {
    expect(() => readActionArguments([word])).toThrow(UsageError);
  });
});
