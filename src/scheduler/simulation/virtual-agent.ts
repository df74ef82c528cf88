import type { Clock, Timer } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import type {
  AgentDescription,
  AgentHeartbeat,
  AgentRegistration,
  HeartbeatReply,
  RegistrationReply,
  StatusUpdate,
  StatusUpdates,
  UpdatesReply,
} from '../../model/agent-protocol.js';
import { TERMINAL_STATES, type AssignedTask, type ScheduleStatus } from '../../model/scheduled-task.js';

/** How a task of the simulation behaves: times in ms from its launch; without an end it runs until killed. */
export interface TaskBehaviour {
  readonly startingMs: number;
  readonly runningMs: number;
  readonly end?: { readonly afterMs: number; readonly status: 'FINISHED' | 'FAILED' };
  readonly killMs: number;
}

/** How an agent reaches the scheduler; a reply may never come. */
export interface SchedulerLink {
  register(registration: AgentRegistration, reply: (reply: RegistrationReply) => void): void;
  heartbeat(beat: AgentHeartbeat, reply: (reply: HeartbeatReply) => void): void;
  update(updates: StatusUpdates, reply: (reply: UpdatesReply) => void): void;
}

export interface VirtualAgentOptions {
  readonly description: AgentDescription;
  readonly clock: Clock;
  readonly random: Random;
  readonly link: SchedulerLink;
  readonly behaviour: (task: AssignedTask) => TaskBehaviour;
  readonly retryMs: number;
}

interface VirtualTask {
  readonly assigned: AssignedTask;
  status: ScheduleStatus;
  /** Not yet acknowledged, oldest first; only the first is under way. */
  readonly updates: StatusUpdate[];
}

const NO_USAGE = { cpus: 0, ramBytes: 0, diskBytes: 0, processes: 0, threads: 0 };

/** An agent without processes: it keeps the protocol of a real one, on the simulation's clock and network. */
export class VirtualAgent {
  agentId: string;
  readonly #tasks = new Map<string, VirtualTask>();
  #alive = false;
  #registered = false;
  #life = 0;
  #intervalMs = 5000;
  #ticker: Timer | undefined;

  constructor(private readonly options: VirtualAgentOptions) {
    this.agentId = options.description.agentId;
  }

  get host(): string {
    return this.options.description.host;
  }

  get rack(): string | undefined {
    return this.options.description.attributes.find(({ name }) => name === 'rack')?.values[0];
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Ids of tasks with live processes. */
  liveTasks(): string[] {
    return [...this.#tasks]
      .filter(([, { status }]) => !TERMINAL_STATES.has(status))
      .map(([taskId]) => taskId);
  }

  start(): void {
    this.#alive = true;
    this.#registered = false;
    this.#life += 1;
    this.#tick();
  }

  /** As by kill -9: processes live on, nothing is said or heard. */
  crash(): void {
    this.#alive = false;
    this.#ticker?.cancel();
  }

  /** The machine is lost with its processes and its disk; it may come back under a new id. */
  destroy(nextAgentId: string): void {
    this.crash();
    this.#life += 1;
    this.#tasks.clear();
    this.agentId = nextAgentId;
  }

  launch(task: AssignedTask): void {
    if (!this.#alive || this.#tasks.has(task.taskId)) return;
    const { clock, behaviour } = this.options;
    const { startingMs, runningMs, end } = behaviour(task);
    const virtual: VirtualTask = { assigned: task, status: 'ASSIGNED', updates: [] };
    this.#tasks.set(task.taskId, virtual);
    clock.after(startingMs, () => {
      this.#move(virtual, 'STARTING');
    });
    clock.after(Math.max(startingMs, runningMs), () => {
      this.#move(virtual, 'RUNNING');
    });
    if (!end) return;
    clock.after(end.afterMs, () => {
      this.#move(virtual, end.status);
    });
  }

  kill(taskId: string): void {
    if (!this.#alive) return;
    const task = this.#tasks.get(taskId);
    if (!task) {
      // It never got here: whoever asks for its death may count it as dead.
      this.#report(this.#ghost(taskId), 'LOST', 'Task is unknown to the agent');
    } else if (!TERMINAL_STATES.has(task.status)) {
      this.options.clock.after(this.options.behaviour(task.assigned).killMs, () => {
        this.#move(task, 'KILLED');
      });
    }
  }

  reconcile(taskIds: readonly string[] | undefined): void {
    if (!this.#alive) return;
    for (const taskId of taskIds ?? this.#tasks.keys()) {
      const task = this.#tasks.get(taskId);
      if (!task) this.#report(this.#ghost(taskId), 'LOST', 'Task is unknown to the agent');
      else if (task.status !== 'ASSIGNED' && task.updates.length === 0) this.#report(task, task.status);
    }
  }

  /** A task that is not here, kept until its LOST is acknowledged. */
  #ghost(taskId: string): VirtualTask {
    const ghost: VirtualTask = {
      assigned: { taskId } as AssignedTask,
      status: 'LOST',
      updates: [],
    };
    this.#tasks.set(taskId, ghost);
    return ghost;
  }

  #move(task: VirtualTask, to: ScheduleStatus): void {
    if (this.#tasks.get(task.assigned.taskId) !== task || TERMINAL_STATES.has(task.status)) return;
    if (task.status === 'RUNNING' && to === 'STARTING') return;
    task.status = to;
    this.#report(task, to);
  }

  #report(task: VirtualTask, status: ScheduleStatus, message?: string): void {
    task.updates.push({
      uuid: this.options.random.uuid(),
      taskId: task.assigned.taskId,
      status,
      timestampMs: this.options.clock.nowMs(),
      ...(message !== undefined && { message }),
    });
    if (this.#registered && task.updates.length === 1) this.#sendUpdate(task);
  }

  #sendUpdate(task: VirtualTask): void {
    const [update] = task.updates;
    if (!update || !this.#alive) return;
    const life = this.#life;
    this.options.link.update({ agentId: this.agentId, updates: [update] }, ({ acknowledged }) => {
      if (life === this.#life) this.#acknowledged(task, acknowledged);
    });
  }

  #acknowledged(task: VirtualTask, uuids: readonly string[]): void {
    const [update] = task.updates;
    if (!update || !uuids.includes(update.uuid)) return;
    task.updates.shift();
    if (task.updates.length > 0) this.#sendUpdate(task);
    else if (TERMINAL_STATES.has(task.status)) this.#tasks.delete(task.assigned.taskId);
  }

  /** Registers, or says that it lives; repeats what is not acknowledged. */
  #tick(): void {
    if (!this.#alive) return;
    if (this.#registered) this.#beat();
    else this.#register();
    const waitMs = this.#registered ? this.#intervalMs : this.options.retryMs;
    this.#ticker = this.options.clock.after(waitMs, () => {
      this.#tick();
    });
  }

  #register(): void {
    const life = this.#life;
    const { description, link } = this.options;
    const registration = {
      ...description,
      agentId: this.agentId,
      pid: 1,
      socketPath: '',
      tasks: Array.from(this.#tasks.values(), ({ assigned, status }) => ({
        taskId: assigned.taskId,
        status,
        ports: [],
      })),
    };
    link.register(registration, ({ heartbeatIntervalMs }) => {
      if (life !== this.#life || !this.#alive) return;
      this.#registered = true;
      this.#intervalMs = heartbeatIntervalMs;
      for (const task of this.#tasks.values()) this.#sendUpdate(task);
    });
  }

  #beat(): void {
    const life = this.#life;
    const tasks = this.liveTasks().map((taskId) => ({ taskId, usage: NO_USAGE }));
    this.options.link.heartbeat({ agentId: this.agentId, usage: NO_USAGE, tasks }, ({ known }) => {
      if (life === this.#life && !known) this.#registered = false;
    });
    for (const task of this.#tasks.values()) if (task.updates.length > 0) this.#sendUpdate(task);
  }
}
