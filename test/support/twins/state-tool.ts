/**
 * Answers state-get, state-set and state-delete as Juju does, from a file of JSON. What a hook
 * changes goes to a second file, which takes the first one's place when the hook has succeeded.
 * Run as: node state-tool.js <file> <record of the call> <tool> <argument>...
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod/mini';

const [file = '', record = '', tool, ...args] = process.argv.slice(2);
const pending = `${file}.pending`;
const held = [pending, file].find((path) => existsSync(path));
const state = textsOf(held === undefined ? {} : JSON.parse(readFileSync(held, 'utf8')));
const [key = '-'] = args.filter((word) => !word.startsWith('-') || word === '-');

function textsOf(value: unknown): Map<string, string> {
  return new Map(Object.entries(z.parse(z.record(z.string(), z.string()), value)));
}

if (tool === 'state-get') {
  // The one asks for all of it as JSON, the other for one key as it is.
  process.stdout.write(
    key === '-' ? JSON.stringify(Object.fromEntries(state)) : `${state.get(key) ?? ''}\n`,
  );
} else {
  if (tool === 'state-delete') state.delete(key);
  else {
    const [, stdin = ''] = readFileSync(record, 'utf8').split('\u001d');
    for (const [name, text] of textsOf(parse(stdin))) state.set(name, text);
  }
  writeFileSync(pending, JSON.stringify(Object.fromEntries(state)));
}
