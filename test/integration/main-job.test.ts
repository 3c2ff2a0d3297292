import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findLeftovers, leftoversAfter } from '../support/leftovers.ts';

const program = resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'index.js');
const nothing = { processes: [], mounts: [] };
const hasUserNamespaces =
  spawnSync('unshare', ['--user', '--map-root-user', '--mount', '--net', 'true']).status === 0;

class Demo {
  output = '';
  readonly ended: Promise<number | string | null>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(options: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [program, 'demo', ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.ended = new Promise((done) => {
      this.#child.on('close', (code, signal) => {
        done(signal ?? code);
      });
    });
    onTestFinished(async () => {
      this.#child.kill('SIGTERM');
      await this.ended;
    });
  }

  get folder(): string {
    return /everything is written to (\S+)/.exec(this.output)?.[1] ?? '';
  }

  async saying(text: string): Promise<void> {
    const said = (): void => {
      if (!this.output.includes(text)) throw new Error(`not said yet: ${text}\n${this.output}`);
    };
    await vi.waitFor(said, { timeout: 30_000, interval: 20 });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

describe('charmwright demo', () => {
  it.for([
    { where: 'on what the machine has', options: [], env: {} },
    { where: 'on embedded stand-ins', options: ['--embedded'], env: {} },
    { where: 'without namespaces', options: [], env: { CHARMWRIGHT_POD: 'mapped' } },
    {
      where: `below a user namespace${hasUserNamespaces ? '' : ' (skipped: none to be had here)'}`,
      options: [],
      env: { CHARMWRIGHT_POD: 'user-namespace' },
    },
  ])('takes the charm to a query, a change, a fault and back, $where', async (given, context) => {
    context.skip(given.where.includes('skipped'));
    const demo = new Demo(given.options, given.env);
    const code = await demo.ended;
    const { output } = demo;
    expect({ code, output }).toMatchObject({ code: 0 });

    // Each landmark comes after the one before; what a hook tells stands in no order below it.
    const story: readonly (readonly [landmark: RegExp, ...RegExp[]])[] = [
      [/database: (PostgreSQL|PGlite)\D* \d+/],
      [
        / config-changed +\d+ ms/,
        /path +config-changed: is_leader=yes is_cfg=no defer\n +later +config-changed: .+config/,
      ],
      [
        / start +\d+ ms/,
        /again +config-changed \(attempt 1\)/,
        /path +start: is_container=no defer\n +later +start: .+ container/,
      ],
      [/the container is up/],
      [
        / pgbouncer-pebble-ready +\d+ ms/,
        /again +start \(attempt 1\)/,
        /path +start: is_container=yes is_cfg=no is_leader=yes gen_cfg make_dirs render_cfg return/,
        /path +pebble-ready: is_cfg=yes gen_cfg verify return/,
      ],
      [/ backend-database-relation-changed +\d+ ms/],
      [/version +PostgreSQL \d+/],
      [
        / config-changed +\d+ ms/,
        /path +config-changed: is_leader=yes is_cfg=yes match_cfg render_cfg return/,
      ],
      [/pool_mode was session, is transaction/],
      [/kill -9 \d+ \(pgbouncer_0\)/],
      [
        / update-status +\d+ ms/,
        /status +waiting: .*pgbouncer_0/,
        /update-status: is_backend_ready=yes is_running=no set_waiting/,
      ],
      [
        / update-status +\d+ ms/,
        /status +active/,
        /update-status: is_backend_ready=yes is_running=yes set_active/,
      ],
      [/version +PostgreSQL \d+/],
      [/pgbouncer-k8s\/0\* +active +idle .*\d+\/tcp/],
      [/All of it worked/],
    ];
    let rest = output;
    for (const [landmark, ...details] of story) {
      expect(rest).toMatch(landmark);
      rest = rest.slice(rest.search(landmark) + 1);
      for (const detail of details) expect(rest).toMatch(detail);
    }
    expect(output).not.toContain('\u001B');
    expect(output).not.toMatch(/^ +(error|critical) /m);
    expect(findLeftovers(demo.folder)).toEqual(nothing);
    expect(existsSync(demo.folder)).toBe(false);
  });

  it.for(['Deploy the charm', 'Relate it', 'kill -9'])(
    'leaves nothing when it is interrupted at "%s"',
    async (moment) => {
      const demo = new Demo();
      await demo.saying(moment);
      demo.kill('SIGINT');
      expect(await demo.ended).toBe(130);
      expect(findLeftovers(demo.folder)).toEqual(nothing);
      expect(existsSync(demo.folder)).toBe(false);
    },
  );

  it('takes everything down with it when it is killed, all but its files', async () => {
    const demo = new Demo();
    await demo.saying('Change pool_mode');
    const { folder } = demo;
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    demo.kill('SIGKILL');
    expect(await demo.ended).toBe('SIGKILL');
    expect(await leftoversAfter(10_000, folder)).toEqual(nothing);
  });
});
