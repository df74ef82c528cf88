import { spawn, type ChildProcess } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelControlFiles } from '../../src/agent/isolation/control-files.js';
import { probeIsolation } from '../../src/agent/isolation/probe.js';
import { agentName } from '../../src/agent/sandbox.js';
import type {
  AgentDefinition,
  ClusterState,
  LocalClusterDefinition,
  SchedulerEndpoint,
} from '../../src/model/cluster.js';
import type { Response } from '../../src/model/response.js';
import { callMethod, type ApiArguments, type ApiMethod } from '../../src/thrift/api.js';

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** A local cluster of real processes in a temporary home; `dispose` leaves nothing of it behind. */
export class TestCluster {
  readonly home: string;
  readonly #programs: string;
  #child: ChildProcess | undefined;
  #output = '';

  constructor(
    programs: string,
    agents: readonly AgentDefinition[] | undefined,
    change: Partial<LocalClusterDefinition> = {},
    home = mkdtempSync(join(tmpdir(), 'aurora-cluster-')),
  ) {
    this.#programs = programs;
    this.home = home;
    if (agents) this.define({ name: 'test', agents, httpPort: 0, options: [], ...change });
  }

  /** The same programs on another home, which the caller has made inside this one: it goes with this one. */
  at(home: string): TestCluster {
    return new TestCluster(this.#programs, undefined, {}, home);
  }

  define(definition: LocalClusterDefinition): void {
    mkdirSync(this.home, { recursive: true });
    writeFileSync(join(this.home, 'cluster.json'), JSON.stringify(definition));
  }

  /** Starts a daemon without waiting for it; `limits` are commands of the shell that becomes it. */
  launch(limits = ''): ChildProcess {
    const command = [process.execPath, join(this.#programs, 'daemon.js'), '--home', this.home];
    const child = spawn('/bin/bash', ['-c', `${limits}\nexec "$@"`, 'bash', ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      cwd: '/',
    });
    const collect = (chunk: Buffer): void => {
      this.#output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    this.#child = child;
    return child;
  }

  /** Starts a daemon and waits until it has said where it is reached. */
  async start(limits = ''): Promise<SchedulerEndpoint> {
    const child = this.launch(limits);
    const endpoint = await eventually('the daemon is up', () => {
      if (child.exitCode !== null)
        throw new Error(`the daemon ended with ${child.exitCode}: ${this.#output}`);
      return this.endpointOf(child.pid);
    });
    return endpoint;
  }

  /** What scheduler.json says, when it is of that process. */
  endpointOf(pid: number | undefined): SchedulerEndpoint | undefined {
    const path = join(this.home, 'scheduler.json');
    if (!existsSync(path)) return undefined;
    const endpoint = JSON.parse(readFileSync(path, 'utf8')) as SchedulerEndpoint;
    return endpoint.pid === pid ? endpoint : undefined;
  }

  get endpoint(): SchedulerEndpoint {
    return JSON.parse(readFileSync(join(this.home, 'scheduler.json'), 'utf8')) as SchedulerEndpoint;
  }

  /** What the daemons of this cluster wrote to their standard streams. */
  get output(): string {
    return this.#output;
  }

  get log(): string {
    return readFileSync(join(this.home, 'scheduler.log'), 'utf8');
  }

  /** `kill -9` of the daemon; resolves when it is gone. */
  async killDaemon(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async call<M extends ApiMethod>(method: M, args: ApiArguments[M]): Promise<Response> {
    const type = 'application/vnd.apache.thrift.binary';
    return callMethod(
      async (message) => {
        const reply = await this.http('POST', '/api', { 'content-type': type, accept: type }, message);
        if (reply.status !== 200) throw new Error(`HTTP ${reply.status}: ${reply.body.toString()}`);
        return reply.body;
      },
      method,
      args,
    );
  }

  async state(): Promise<ClusterState> {
    const reply = await this.http('GET', '/cluster/v1/state');
    return JSON.parse(reply.body.toString()) as ClusterState;
  }

  /** One exchange over the scheduler's unix socket. */
  http(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Uint8Array,
  ): Promise<HttpReply> {
    return exchange(
      { socketPath: this.endpoint.socketPath, method, path, headers: { host: 'localhost', ...headers } },
      body,
    );
  }

  /** One exchange over loopback TCP. */
  tcp(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Uint8Array,
  ): Promise<HttpReply> {
    const { port } = new URL(this.endpoint.httpUrl);
    return exchange({ host: '127.0.0.1', port: Number(port), method, path, headers }, body);
  }

  /** Pids of every process that has to do with this home, by working directory, environment or command line. */
  processes(): number[] {
    const places = [this.home, ...this.#sandboxHomes()];
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid && belongs(pid, places));
  }

  async dispose(): Promise<void> {
    // Whoever restarts others goes first; what is left is looked for until there is nothing.
    await this.killDaemon();
    await eventually('no process of the cluster is left', () => {
      const left = this.processes();
      for (const pid of left) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended in between.
        }
      }
      return left.length === 0 ? true : undefined;
    });
    // Agents that are killed leave their cgroups to the next one.
    const isolation = probeIsolation(kernelControlFiles, 'rig', process.pid);
    for (const name of this.#agentNames()) isolation.forget(name);
    for (const path of [...this.#sandboxHomes(), this.home]) rmSync(path, { recursive: true, force: true });
  }

  /** As root, tasks live where the users of their roles can go; see the agent's sandboxes. */
  #sandboxHomes(): string[] {
    return this.#agentNames().map((name) => join('/var/lib/aurora/sandboxes', name));
  }

  /** What agents call themselves in places that all agents of a host share. */
  #agentNames(): string[] {
    return this.#hosts().map((host) => agentName(join(this.home, 'agents', host)));
  }

  #hosts(): string[] {
    const agents = join(this.home, 'agents');
    return existsSync(agents) ? readdirSync(agents) : [];
  }
}

function belongs(pid: number, places: readonly string[]): boolean {
  try {
    if (/^\S+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return false;
    const texts = [
      readlinkSync(`/proc/${pid}/cwd`),
      ...['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1')),
    ];
    return texts.some((text) => places.some((place) => text.includes(place)));
  } catch {
    return false;
  }
}

function exchange(options: Parameters<typeof request>[1] & object, body?: Uint8Array): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/**
 * Looks again and again until `look` gives something; fails with the sentence after a generous time, of which a pause
 * of this process (a SIGSTOP, a machine that sleeps) counts little.
 */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  limitMs = 30_000,
): Promise<T> {
  let leftMs = limitMs;
  for (let lookedMs = performance.now(); ;) {
    const found = await look();
    if (found !== undefined) return found;
    const nowMs = performance.now();
    leftMs -= Math.min(nowMs - lookedMs, LONGEST_STEP_MS);
    lookedMs = nowMs;
    if (leftMs < 0) throw new Error(`it did not come true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const LONGEST_STEP_MS = 5000;

/** An agent of ordinary size. */
export function agentDefinition(
  host: string,
  change: Partial<AgentDefinition['resources']> = {},
): AgentDefinition {
  return {
    host,
    attributes: [{ name: 'rack', values: [`rack-${host}`] }],
    resources: { cpus: 4, ramMb: 4096, diskMb: 8192, gpus: 0, portRanges: [[31000, 31099]], ...change },
  };
}
