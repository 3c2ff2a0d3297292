import type { CharmArgs } from 'charmwright';

import { configChangedChart } from './charts/config-changed.ts';
import { pebbleReadyChart } from './charts/pebble-ready.ts';
import { startChart } from './charts/start.ts';
import { updateStatusChart } from './charts/update-status.ts';
import type { meta } from './charm.types.ts';
import { followRelations } from './follow-relations.ts';
import { withOptions } from './options.ts';
import { Pooler } from './pooler.ts';
import { requestDatabase } from './relations/backend.ts';
import { publishHostname, publishLeader } from './relations/peers.ts';
import { reconsider, reportOptions } from './status.ts';

/** PgBouncer on Kubernetes: four events are flowcharts, the others bring relations up to date. */
export class PgBouncerCharm extends Pooler {
  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on.start, startChart);
    this.observe(this.on['pgbouncer-pebble-ready'], pebbleReadyChart);
    this.observe(this.on['config-changed'], this.checkOptions);
    this.observe(this.on['config-changed'], configChangedChart);
    this.observe(this.on['update-status'], updateStatusChart);
    this.observe(this.on['leader-elected'], this.takeTheLead);
    this.observe(this.on['pgb-peers-relation-created'], this.joinPeers);
    this.observe(this.on['pgb-peers-relation-changed'], this.followPeers);
    this.observe(this.on['pgb-peers-relation-departed'], this.followPeers);
    this.observe(this.on['backend-database-relation-created'], this.askForDatabase);
    this.observe(this.on['backend-database-relation-changed'], this.followBackend);
    this.observe(this.on['backend-database-relation-broken'], this.leaveBackend);
    this.observe(this.on['database-relation-created'], this.welcomeClient);
  }

  /** Options are checked on every unit and before the chart, which has no arrow for bad ones. */
  async checkOptions(): Promise<void> {
    // The chart asks next who leads. Each question to Juju is a process, so they go together.
    await Promise.all([reportOptions(this), this.unit.isLeader()]);
  }

  /** Options may have changed while nobody led, and followers pass over them. */
  async takeTheLead(): Promise<void> {
    await publishLeader(this);
    await requestDatabase(this);
    await followRelations(this, (config) => withOptions(this, config));
  }

  async joinPeers(): Promise<void> {
    await publishHostname(this);
  }

  /** The leader has changed the configuration, or a unit has come or gone. */
  async followPeers(): Promise<void> {
    await publishHostname(this);
    await followRelations(this);
  }

  async askForDatabase(): Promise<void> {
    await requestDatabase(this);
  }

  async followBackend(): Promise<void> {
    await followRelations(this);
    await reconsider(this, 'backend');
  }

  async leaveBackend(): Promise<void> {
    await followRelations(this);
    await reconsider(this, 'none', 'backend');
  }

  async welcomeClient(): Promise<void> {
    await followRelations(this);
  }
}
