import { JsonMismatch, JsonReader } from './json-reader.js';

/** The part of a Job (or MesosTaskInstance) in `executorConfig.data` that runs on the host. */
export interface ExecutorData {
  /** The Thermos task as plain JSON, references still in it. */
  readonly task: unknown;
  readonly role: string | undefined;
  readonly healthCheck: HealthCheckConfig;
  readonly announce: AnnounceConfig | undefined;
  readonly lifecycle: HttpLifecycleConfig | undefined;
}

export interface HealthCheckConfig {
  readonly initialIntervalSecs: number;
  readonly intervalSecs: number;
  readonly maxConsecutiveFailures: number;
  readonly minConsecutiveSuccesses: number;
  readonly timeoutSecs: number;
  readonly http: HttpHealthChecker | undefined;
  /** The command line of a shell check, references still in it. */
  readonly shellCommand: string | undefined;
}

export interface HttpHealthChecker {
  readonly endpoint: string;
  /** Compared without regard to case and surrounding blanks; empty accepts any body. */
  readonly expectedResponse: string;
  /** 0 accepts any code. */
  readonly expectedResponseCode: number;
}

export interface AnnounceConfig {
  readonly primaryPort: string;
  readonly portmap: ReadonlyMap<string, string>;
  /** In place of the path made of role, environment and name. */
  readonly zkPath: string | undefined;
}

export interface HttpLifecycleConfig {
  readonly port: string;
  readonly gracefulShutdownEndpoint: string;
  readonly shutdownEndpoint: string;
  readonly gracefulShutdownWaitSecs: number;
  readonly shutdownWaitSecs: number;
}

/** Reads the executor's data; throws JsonMismatch. Unknown fields are dropped, as the original does. */
export function readExecutorData(text: string): ExecutorData {
  const job = JsonReader.parse(text, 'executor data');
  return {
    task: job.required('task').raw,
    role: job.field('role')?.string(),
    healthCheck: readHealthCheck(job.field('health_check_config')),
    announce: readAnnounce(job.field('announce')),
    lifecycle: readLifecycle(job.field('lifecycle')?.field('http')),
  };
}

function readHealthCheck(config: JsonReader | undefined): HealthCheckConfig {
  const checker = config?.field('health_checker');
  const http = checker ? checker.field('http') : undefined;
  return {
    initialIntervalSecs: atLeast(config?.field('initial_interval_secs'), 0, 15),
    intervalSecs: atLeast(config?.field('interval_secs'), 0, 10),
    maxConsecutiveFailures: config?.field('max_consecutive_failures')?.integer() ?? 0,
    minConsecutiveSuccesses: config?.field('min_consecutive_successes')?.integer() ?? 1,
    timeoutSecs: atLeast(config?.field('timeout_secs'), 0, 1),
    http: checker && !http ? undefined : readHttpChecker(http),
    shellCommand: checker?.field('shell')?.required('shell_command').string(),
  };
}

function readHttpChecker(http: JsonReader | undefined): HttpHealthChecker {
  return {
    endpoint: http?.field('endpoint')?.string() ?? '/health',
    expectedResponse: http?.field('expected_response')?.string() ?? 'ok',
    expectedResponseCode: http?.field('expected_response_code')?.integer() ?? 0,
  };
}

function readAnnounce(announce: JsonReader | undefined): AnnounceConfig | undefined {
  if (!announce) return undefined;
  const primaryPort = announce.field('primary_port')?.string() ?? 'http';
  const portmap = new Map<string, string>();
  const given = announce.field('portmap');
  if (!given) portmap.set('aurora', primaryPort);
  for (const [name, value] of given?.entries() ?? [])
    portmap.set(name, typeof value.raw === 'number' ? String(value.raw) : value.string());
  return { primaryPort, portmap, zkPath: announce.field('zk_path')?.string() };
}

function readLifecycle(http: JsonReader | undefined): HttpLifecycleConfig | undefined {
  if (!http) return undefined;
  return {
    port: http.field('port')?.string() ?? 'health',
    gracefulShutdownEndpoint: http.field('graceful_shutdown_endpoint')?.string() ?? '/quitquitquit',
    shutdownEndpoint: http.field('shutdown_endpoint')?.string() ?? '/abortabortabort',
    gracefulShutdownWaitSecs: atLeast(http.field('graceful_shutdown_wait_secs'), 0, 5),
    shutdownWaitSecs: atLeast(http.field('shutdown_wait_secs'), 0, 5),
  };
}

function atLeast(reader: JsonReader | undefined, least: number, otherwise: number): number {
  const value = reader?.number() ?? otherwise;
  if (value < least) throw new JsonMismatch(`${reader?.path ?? ''} must be ${least} or more, not ${value}`);
  return value;
}
