import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/base/clock.js';
import { diskFileSystem, type FileSystem } from '../../../src/base/file-system.js';
import { silentLogger } from '../../../src/base/logging.js';
import { systemRandom } from '../../../src/base/random.js';
import { Sweeper } from '../../../src/thermos/sweeper.js';
import { ShellLauncher } from '../../../src/thermos/shell-launcher.js';
import { systemProcessTable } from '../../../src/thermos/process-table.js';
import { TaskRunner } from '../../../src/thermos/task-runner.js';
import { DEFAULT_OPTIONS, type AgentOptions } from '../../../src/agent/agent-options.js';
import { agentRoutes } from '../../../src/agent/agent-routes.js';
import { listenOnSocket, makeServer } from '../../../src/agent/agent-server.js';
import { composeAgent, type ComposedAgent } from '../../../src/agent/compose.js';
import type { CommandPrefix } from '../../../src/agent/isolation/command-prefix.js';
import { samplingIsolation, type Isolation } from '../../../src/agent/isolation/isolation.js';
import { kernelControlFiles } from '../../../src/agent/isolation/control-files.js';
import { probeIsolation } from '../../../src/agent/isolation/probe.js';
import { agentName } from '../../../src/agent/sandbox.js';
import { observerRoutes } from '../../../src/agent/observer/observer-routes.js';
import { SchedulerClient } from '../../../src/agent/scheduler-client.js';
import { FakeScheduler } from './fake-scheduler.js';

/** One agent of this process with real tasks below a temporary directory, and the scheduler it talks to. */
export class AgentRig {
  readonly root = mkdtempSync(join(tmpdir(), 'agent-rig-'));
  readonly directory = join(this.root, 'agent');
  readonly scheduler = new FakeScheduler(this.root);
  options: Partial<AgentOptions> = {};
  isolation: Isolation = samplingIsolation([]);
  role = userInfo().username;
  fileSystem: FileSystem = diskFileSystem;
  /** Takes the place of the real one. */
  commandPrefix: (() => Promise<CommandPrefix>) | undefined;
  composed: ComposedAgent | undefined;
  readonly #served: Server[] = [];
  #client: SchedulerClient | undefined;
  #server: ReturnType<typeof makeServer> | undefined;

  constructor() {
    mkdirSync(this.directory);
  }

  get settings() {
    return {
      cluster: 'test',
      host: 'h1',
      attributes: [{ name: 'rack', values: ['r1'] }],
      resources: { cpus: 4, ramMb: 4096, diskMb: 4096, gpus: 0, portRanges: [[31000, 31999]] as const },
      schedulerSocketPath: this.scheduler.socketPath,
      socketPath: this.scheduler.agentSocketPath,
    };
  }

  /** Starts the agent, or a next one over the same directory. */
  async start(): Promise<void> {
    diskFileSystem.writeFileDurably(join(this.directory, 'settings.json'), JSON.stringify(this.settings));
    const client = new SchedulerClient(this.scheduler.socketPath);
    this.#client = client;
    const settings = { ...this.settings, options: { ...DEFAULT_OPTIONS, ...this.options } };
    const composed = composeAgent(this.directory, settings, {
      clock: systemClock,
      random: systemRandom,
      fileSystem: this.fileSystem,
      logger: silentLogger,
      launcher: new ShellLauncher({
        clock: systemClock,
        processTable: systemProcessTable,
        logger: silentLogger,
      }),
      sweeper: new Sweeper(systemClock, systemProcessTable),
      createRunner: (options) => new TaskRunner(options),
      isolation: this.isolation,
      post: (path, body) => client.post(path, body),
      pid: process.pid,
      path: process.env['PATH'] ?? '/usr/bin:/bin',
      isRoot: process.getuid?.() === 0,
      ownAccount: { name: userInfo().username, uid: userInfo().uid, gid: userInfo().gid },
      onForsaken: () => undefined,
      ...(this.commandPrefix && { commandPrefix: this.commandPrefix }),
    });
    this.composed = composed;
    const routes = agentRoutes({
      agent: composed.agent,
      onShutdown: (killTasks) => void composed.agent.shutdown(killTasks),
      otherwise: observerRoutes(composed.agent, {
        hostname: 'h1',
        directory: this.directory,
        clock: systemClock,
        fileSystem: diskFileSystem,
      }),
    });
    this.#server = makeServer(routes, silentLogger);
    await listenOnSocket(this.#server, this.scheduler.agentSocketPath);
    composed.agent.start();
  }

  /** The agent goes, its tasks stay. */
  async leave(): Promise<void> {
    await this.composed?.agent.shutdown(false);
    this.#client?.close();
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.composed = undefined;
  }

  /** Kills what runs, and removes everything. */
  async dispose(): Promise<void> {
    for (const task of this.composed?.agent.tasks.live ?? []) task.kill('test over');
    await Promise.all((this.composed?.agent.tasks.live ?? []).map((task) => task.ended));
    await this.leave();
    this.scheduler.stop();
    for (const server of this.#served) {
      server.close();
      server.closeAllConnections();
    }
    for (const pid of this.pidsLeft()) killOne(pid);
    probeIsolation(kernelControlFiles, 'rig', process.pid).forget(agentName(this.directory));
    rmSync(this.home, { recursive: true, force: true });
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Where the sandboxes are when the role's user could not reach them below the agent's directory. */
  get home(): string {
    return join('/var/lib/aurora/sandboxes', agentName(this.directory));
  }

  /** What its tasks have left running. */
  pidsLeft(): number[] {
    return [...pidsNaming(this.root), ...pidsNaming(this.home)];
  }

  assigned(taskId: string, job: object, more: object = {}): unknown {
    const role = this.role;
    const data = { role, environment: 'test', name: 'job', cluster: 'test', ...job };
    return {
      taskId,
      slaveHost: 'h1',
      instanceId: 3,
      assignedPorts: {},
      ...more,
      task: {
        job: { role, environment: 'test', name: 'job' },
        resources: [{ numCpus: 0.1 }, { ramMb: 64 }, { diskMb: 64 }],
        executorConfig: { name: 'AuroraExecutor', data: JSON.stringify(data) },
        container: { mesos: {} },
        ...('task' in more ? (more.task as object) : {}),
      },
    };
  }

  launch(taskId: string, job: object, more: object = {}): Promise<unknown> {
    return this.scheduler.call('POST', '/v1/launch', { task: this.assigned(taskId, job, more) });
  }

  /** An HTTP server of a task's: status and body for each request, undefined to never answer. */
  async serve(
    answer: (method: string, url: string) => readonly [number, string] | undefined,
  ): Promise<number> {
    const server = createServer((request, response) => {
      const reply = answer(request.method ?? '', request.url ?? '');
      if (reply) response.writeHead(reply[0]).end(reply[1]);
    });
    this.#served.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  kill(taskId: string): Promise<unknown> {
    return this.scheduler.call('POST', '/v1/kill', { taskId });
  }
}

/** A job of one process. */
export function oneProcess(cmdline: string, process: object = {}, task: object = {}): object {
  return {
    task: {
      name: 't',
      processes: [{ name: 'p', cmdline, min_duration: 0, ...process }],
      resources: { cpu: 0.1, ram: 64 * 1024 ** 2, disk: 64 * 1024 ** 2 },
      finalization_wait: 2,
      ...task,
    },
    lifecycle: {},
  };
}

/** Pids whose environment or command line names a path: whatever a test has left running. */
function pidsNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) =>
      ['environ', 'cmdline'].some((file) => {
        try {
          return readFileSync(`/proc/${name}/${file}`, 'utf8').includes(text);
        } catch {
          return false;
        }
      }),
    )
    .map(Number);
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself.
  }
}
