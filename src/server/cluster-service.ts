import type {
  AgentState,
  ClusterState,
  Explanation,
  SchedulerEndpoint,
  TaskUsages,
} from '../model/cluster.js';
import { isValidJobKey } from '../model/job-key.js';
import { NO_RESOURCES, type Resources } from '../model/resources.js';
import type { AgentResources } from '../model/resources.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import { AgentRefusal } from './agent-link.js';
import type { AgentService } from './agent-service.js';
import type { AgentSupervisor } from './agent-supervisor.js';
import { StoppedError, type CommitLoop } from './commit-loop.js';
import { HttpRefusal } from './http-body.js';

export interface ClusterServiceDependencies {
  readonly name: string;
  readonly endpoint: () => SchedulerEndpoint;
  readonly scheduler: Scheduler;
  readonly commits: CommitLoop;
  readonly agents: AgentService;
  readonly supervisors: readonly AgentSupervisor[];
  /** Ends the agents, with their tasks or without, then the daemon; resolves when the agents are gone. */
  readonly stop: (killTasks: boolean) => Promise<void>;
}

/** What Aurora's API does not have: see `src/model/cluster.ts`. */
export class ClusterService {
  readonly #dependencies: ClusterServiceDependencies;

  constructor(dependencies: ClusterServiceDependencies) {
    this.#dependencies = dependencies;
  }

  async state(): Promise<ClusterState> {
    const { name, endpoint, scheduler } = this.#dependencies;
    const known = await this.#committed(() => scheduler.agentStates());
    const defined = this.#dependencies.supervisors.map((supervisor) => this.#agentState(supervisor, known));
    const hosts = new Set(defined.map((agent) => agent.host));
    const others = known.filter((agent) => !hosts.has(agent.host));
    return { name, scheduler: endpoint(), agents: [...defined, ...others] };
  }

  usage(): TaskUsages {
    return { tasks: [...this.#dependencies.agents.heartbeats()].flatMap((heartbeat) => heartbeat.tasks) };
  }

  async explain(query: ReadonlyMap<string, string>): Promise<Explanation> {
    const [role, environment, name] = ['role', 'environment', 'name'].map((part) => query.get(part) ?? '');
    const key = { role: role ?? '', environment: environment ?? '', name: name ?? '' };
    if (!isValidJobKey(key)) throw new HttpRefusal(400, 'role, environment and name must name a job.');
    const instance = query.get('instance');
    if (instance !== undefined && !/^\d{1,9}$/.test(instance))
      throw new HttpRefusal(400, 'instance must be a whole number.');
    const instanceId = instance === undefined ? undefined : Number(instance);
    return { tasks: await this.#committed(() => this.#dependencies.scheduler.explain(key, instanceId)) };
  }

  /** Asks the agent that has the task; its words are passed on. */
  async askAgent(taskId: string, part: string, query: string): Promise<unknown> {
    const { scheduler, agents } = this.#dependencies;
    const [task] = await this.#committed(() => scheduler.getTasks({ taskIds: [taskId] }));
    if (!task) throw new HttpRefusal(404, `There is no task ${taskId.slice(0, 300)}.`);
    const { slaveId, slaveHost } = task.assignedTask;
    if (slaveId === undefined)
      throw new HttpRefusal(404, `Task ${taskId} has not been given to an agent yet.`);
    const link = agents.link(slaveId);
    const where = slaveHost ?? slaveId;
    if (!link) throw new HttpRefusal(503, `The agent ${where} of task ${taskId} is not connected.`);
    try {
      return await link.exchange('GET', `/v1/tasks/${encodeURIComponent(taskId)}/${part}${query}`);
    } catch (error) {
      if (error instanceof AgentRefusal)
        throw new HttpRefusal(error.status === 404 ? 404 : 400, error.message);
      throw new HttpRefusal(503, `The agent ${where} does not answer: ${(error as Error).message}`);
    }
  }

  async stop(body: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { killTasks = true, ...others } = body;
    // A misspelt name must not end tasks that were meant to be kept.
    const [other] = Object.keys(others);
    if (other !== undefined)
      throw new HttpRefusal(400, `The only member is killTasks, not ${JSON.stringify(other.slice(0, 60))}.`);
    if (typeof killTasks !== 'boolean') throw new HttpRefusal(400, 'killTasks must be true or false.');
    await this.#dependencies.stop(killTasks);
    return {};
  }

  #agentState(supervisor: AgentSupervisor, known: readonly AgentState[]): AgentState {
    const { definition, pid } = supervisor;
    const state =
      known.find((agent) => agent.host === definition.host && agent.status === 'REGISTERED') ??
      known.find((agent) => agent.host === definition.host);
    const process = pid === undefined ? {} : { pid };
    if (!state)
      return {
        agentId: '',
        host: definition.host,
        status: 'STARTING',
        mode: 'NONE',
        attributes: definition.attributes,
        total: totalOf(definition.resources),
        allocated: NO_RESOURCES,
        tasks: 0,
        ...process,
      };
    const usage = this.#dependencies.agents.lastHeartbeat(state.agentId)?.usage;
    return { ...state, ...process, ...(usage && { usage }) };
  }

  async #committed<T>(work: () => T): Promise<T> {
    try {
      return await this.#dependencies.commits.run(work);
    } catch (error) {
      if (error instanceof StoppedError) throw new HttpRefusal(503, 'The scheduler is stopping.');
      throw error;
    }
  }
}

function totalOf(resources: AgentResources): Resources {
  const { cpus, ramMb, diskMb, gpus, portRanges } = resources;
  const ports = portRanges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return { cpus, ramMb, diskMb, gpus, ports };
}
