import { shuffle, type Random } from '../../base/random.js';
import type { JobKey } from '../../model/job-key.js';
import { toMs } from './distributions.js';
import { CALM } from './network.js';
import type { EventSpec, HostSelector } from './scenario.js';
import { agentIdOf, type SimulatedCluster } from './simulated-cluster.js';

/** Puts a scenario's fault script on the clock. */
export function scheduleEvents(
  cluster: SimulatedCluster,
  events: readonly EventSpec[],
  random: Random,
  jobKilled: (key: JobKey) => void,
): void {
  for (const event of events) {
    cluster.clock.after(toMs(event.at), () => {
      happen(cluster, event, random, jobKilled);
    });
  }
}

function happen(
  cluster: SimulatedCluster,
  event: EventSpec,
  random: Random,
  jobKilled: (key: JobKey) => void,
): void {
  if ('drain' in event) {
    const { batch = 1, hold = '0secs' } = event.drain;
    drainNext(cluster, select(cluster, event.drain, random), batch, toMs(hold));
  } else if ('lose' in event) {
    for (const host of select(cluster, event.lose, random))
      lose(cluster, host, event.lose.for, event.lose.disk === 'lost');
  } else if ('partition' in event) {
    for (const host of select(cluster, event.partition, random)) {
      cluster.network.cut(host, 'toScheduler', 'toAgent');
      cluster.clock.after(toMs(event.partition.for), () => {
        cluster.network.heal(host);
      });
    }
  } else if ('network' in event) {
    const { drop = 0, duplicate = 0, delay = ['1ms', '1ms'] } = event.network;
    cluster.network.faults = { drop, duplicate, minDelayMs: toMs(delay[0]), maxDelayMs: toMs(delay[1]) };
    cluster.clock.after(toMs(event.network.for), () => {
      cluster.network.faults = CALM;
    });
  } else if ('scheduler' in event) {
    cluster.crashScheduler();
    cluster.clock.after(toMs(event.scheduler.downFor), () => {
      cluster.startScheduler();
    });
  } else {
    const [role = '', environment = '', name = ''] = event.kill.split('/');
    const key = { role, environment, name };
    jobKilled(key);
    cluster.call((scheduler) => scheduler.killTasks(key, undefined, undefined, 'simulation'));
  }
}

/** Hosts, a few at a time: drain, wait until they are empty, hold them, give them back, go on. */
function drainNext(cluster: SimulatedCluster, hosts: readonly string[], batch: number, holdMs: number): void {
  const now = hosts.slice(0, batch);
  if (now.length === 0) return;
  cluster.call((scheduler) => scheduler.drainHosts(now));
  const look = (): void => {
    const statuses = cluster.call((scheduler) => scheduler.maintenanceStatus(now));
    if (statuses?.every(({ mode }) => mode === 'DRAINED') !== true) {
      cluster.clock.after(POLL_MS, look);
      return;
    }
    cluster.clock.after(holdMs, () => {
      cluster.call((scheduler) => scheduler.endMaintenance(now));
      drainNext(cluster, hosts.slice(batch), batch, holdMs);
    });
  };
  cluster.clock.after(POLL_MS, look);
}

const POLL_MS = 1000;

function lose(cluster: SimulatedCluster, host: string, time: string | undefined, diskToo: boolean): void {
  const agent = cluster.agents.get(host);
  if (!agent) return;
  if (diskToo) agent.destroy(agentIdOf(host, Number(agent.agentId.split('#')[1] ?? 0) + 1));
  else agent.crash();
  if (time === undefined) return;
  cluster.clock.after(toMs(time), () => {
    agent.start();
  });
}

function select(cluster: SimulatedCluster, selector: HostSelector, random: Random): string[] {
  const all = [...cluster.agents.keys()];
  let hosts = all;
  if (selector.hosts !== undefined) {
    const wanted = new Set([selector.hosts].flat().flatMap(expandRange));
    hosts = hosts.filter((host) => wanted.has(host));
  }
  if (selector.rack !== undefined) {
    const { rack } = selector;
    hosts = hosts.filter((host) => cluster.agents.get(host)?.rack === rack);
  }
  if (selector.share !== undefined)
    hosts = shuffle(random, [...hosts]).slice(0, Math.round(selector.share * hosts.length));
  return hosts;
}

/** `h3-h5` names h3, h4 and h5. */
function expandRange(text: string): string[] {
  const match = /^(.*?)(\d+)-\1(\d+)$/.exec(text);
  if (!match) return [text];
  const [, name = '', first = '', last = ''] = match;
  return Array.from(
    { length: Math.max(0, Number(last) - Number(first) + 1) },
    (_, i) => `${name}${Number(first) + i}`,
  );
}
