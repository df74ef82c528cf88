import { seededRandom, type Random } from '../../base/random.js';
import type { Resource, TaskConfig } from '../../model/task-config.js';
import type { AssignedTask } from '../../model/scheduled-task.js';
import { formatJobKey, type JobKey } from '../../model/job-key.js';
import { toConstraints } from './constraint-text.js';
import { draw, drawMb, drawMs, toMb, toMs } from './distributions.js';
import type { ParsedScenario } from './parse-scenario.js';
import { Recorder } from './recorder.js';
import type { SimulationReport } from './report.js';
import type { AgentSpec, JobSpec, Scenario } from './scenario.js';
import { scheduleEvents } from './scenario-events.js';
import { agentIdOf, SimulatedCluster } from './simulated-cluster.js';
import type { TaskBehaviour } from './virtual-agent.js';

/** Called now and then with the share of simulated time that is done, 0 to 1. */
export type Progress = (share: number) => void;

/**
 * Runs a scenario: the real scheduler against virtual agents on a fake clock. `seed` replaces the scenario's.
 * The report depends on nothing but scenario and seed.
 */
export function runScenario(
  { scenario, options }: ParsedScenario,
  seed = scenario.seed ?? 1,
  progress: Progress = () => undefined,
): SimulationReport {
  return new ScenarioRun(scenario, options, seed).run(progress);
}

/** Hosts register over this time, so that not all heartbeats fall on one instant. */
const REGISTRATION_SPREAD_MS = 1000;
/** The jobs' clock starts once the agents are there. */
const SETTLED_MS = 2000;

class ScenarioRun {
  readonly #cluster: SimulatedCluster;
  readonly #recorder: Recorder;
  readonly #random: Random;
  readonly #specs = new Map<string, JobSpec>();
  readonly #resources = new Map<string, { cpus: number; ramMb: number }>();
  readonly #notes: string[] = [];

  constructor(
    private readonly scenario: Scenario,
    options: ParsedScenario['options'],
    private readonly seed: number,
  ) {
    this.#random = seededRandom(seed ^ 0x2545f491);
    this.#recorder = new Recorder(() => this.#cluster.clock.monotonicMs() - SETTLED_MS);
    this.#cluster = new SimulatedCluster({
      seed,
      options,
      durable: scenario.events?.some((event) => 'scheduler' in event) ?? false,
      behaviour: (task) => this.#behaviour(task),
      onTaskChange: (task, from) => {
        this.#recorder.changed(task, from);
      },
    });
  }

  run(progress: Progress): SimulationReport {
    const cluster = this.#cluster;
    cluster.startScheduler();
    for (const spec of this.scenario.agents) this.#addAgents(spec);
    cluster.clock.advance(SETTLED_MS);
    this.#setQuotas();
    for (const job of this.scenario.jobs ?? []) this.#scheduleJobs(job);
    scheduleEvents(cluster, this.scenario.events ?? [], this.#random, (key) => {
      this.#recorder.jobKilled(formatJobKey(key));
    });
    const durationMs = toMs(this.scenario.duration);
    const stepMs = toMs(this.scenario.sample ?? '10secs');
    for (let atMs = 0; atMs < durationMs; atMs += stepMs) {
      cluster.clock.advance(Math.min(stepMs, durationMs - atMs));
      this.#sample();
      progress(Math.min(1, (atMs + stepMs) / durationMs));
    }
    cluster.crashScheduler();
    return { ...this.#recorder.report(this.scenario.name, this.seed, durationMs), notes: this.#notes };
  }

  #addAgents(spec: AgentSpec): void {
    const [first = 31000, last = 32000] = (spec.ports ?? '31000-32000').split('-').map(Number);
    for (let i = 1; i <= spec.count; i++) {
      const host = `${spec.name ?? 'h'}${i}`;
      const attributes = Object.entries(spec.attributes ?? {}).map(([name, value]) => ({
        name,
        values: [value],
      }));
      if (spec.racks !== undefined)
        attributes.push({ name: 'rack', values: [`r${((i - 1) % spec.racks) + 1}`] });
      const resources = {
        cpus: spec.cpus,
        ramMb: toMb(spec.ram),
        diskMb: toMb(spec.disk),
        gpus: spec.gpus ?? 0,
        portRanges: [[first, last] as const],
      };
      this.#resources.set(host, resources);
      this.#cluster.clock.after(this.#random.next() * REGISTRATION_SPREAD_MS, () => {
        this.#cluster.addAgent({ agentId: agentIdOf(host, 0), host, attributes, resources });
      });
    }
  }

  #setQuotas(): void {
    for (const [role, { cpus, ram, disk }] of Object.entries(this.scenario.quotas ?? {})) {
      const resources = [{ numCpus: cpus }, { ramMb: toMb(ram) }, { diskMb: toMb(disk) }];
      this.#cluster.call((scheduler) => scheduler.setQuota(role, { resources }));
    }
  }

  #scheduleJobs(spec: JobSpec): void {
    const [role = '', environment = '', name = ''] = spec.key.split('/');
    const count = spec.repeat?.count ?? 1;
    const everyMs = spec.repeat ? toMs(spec.repeat.every) : 0;
    let atMs = toMs(spec.at ?? '0secs');
    for (let i = 0; i < count; i++) {
      const key = { role, environment, name: i === 0 ? name : `${name}-${i}` };
      this.#cluster.clock.after(atMs, () => {
        this.#create(spec, key);
      });
      const steady = spec.repeat?.spacing === 'steady';
      atMs += steady ? everyMs : -everyMs * Math.log(1 - this.#random.next());
    }
  }

  #create(spec: JobSpec, key: JobKey): void {
    const text = formatJobKey(key);
    const instanceCount = Math.max(1, Math.round(draw(spec.instances ?? 1, this.#random)));
    this.#specs.set(text, spec);
    this.#recorder.jobCreated(text, instanceCount, spec.service === true);
    const taskConfig = this.#taskConfig(spec, key);
    const reply = this.#cluster.call((scheduler) =>
      scheduler.createJob({ key, taskConfig, instanceCount }, 'simulation'),
    );
    if (reply?.code === 'OK') return;
    this.#recorder.jobKilled(text);
    this.#notes.push(`${text}: ${reply ? reply.messages.join('; ') : 'the scheduler was down'}`);
  }

  #taskConfig(spec: JobSpec, key: JobKey): TaskConfig {
    // Thousandths of a core, as agents count.
    const numCpus = Math.max(1, Math.round(draw(spec.cpus, this.#random) * 1000)) / 1000;
    const resources: Resource[] = [
      { numCpus },
      { ramMb: drawMb(spec.ram, this.#random) },
      { diskMb: toMb(spec.disk ?? '64MB') },
      ...(spec.ports ?? []).map((namedPort) => ({ namedPort })),
    ];
    return {
      job: key,
      isService: spec.service === true,
      priority: spec.priority ?? 0,
      maxTaskFailures: 1,
      ...(spec.tier !== undefined && { tier: spec.tier }),
      resources,
      constraints: toConstraints(spec.constraints ?? {}),
      executorConfig: { name: 'AuroraExecutor', data: '{}' },
      container: { mesos: {} },
    };
  }

  #behaviour(task: AssignedTask): TaskBehaviour {
    const spec = this.#specs.get(formatJobKey(task.task.job));
    const random = this.#random;
    const runningMs = drawMs(spec?.start ?? '100ms', random);
    const base = { startingMs: Math.min(10, runningMs), runningMs, killMs: 50 };
    const fails = random.next() < (spec?.failures ?? 0);
    if (spec?.lifetime !== undefined) {
      const afterMs = runningMs + drawMs(spec.lifetime, random);
      return { ...base, end: { afterMs, status: fails ? 'FAILED' : 'FINISHED' } };
    }
    if (fails) return { ...base, end: { afterMs: runningMs + random.next() * 60_000, status: 'FAILED' } };
    if (spec?.service !== true) return { ...base, end: { afterMs: runningMs + 60_000, status: 'FINISHED' } };
    return base;
  }

  #sample(): void {
    let cpus = 0;
    let ramMb = 0;
    let agents = 0;
    for (const agent of this.#cluster.agents.values()) {
      if (!agent.alive) continue;
      const resources = this.#resources.get(agent.host);
      cpus += resources?.cpus ?? 0;
      ramMb += resources?.ramMb ?? 0;
      agents += 1;
    }
    this.#recorder.sample(cpus, ramMb, agents);
  }
}
