import { join } from 'node:path';
import { DiagnosticError, renderDiagnostic, type Diagnostic } from '../base/diagnostic.js';
import type { LoadedConfig, LoadOptions } from '../config/loaded-config.js';
import type { PickedJob } from '../config/prepare-job.js';
import { formatClusterJobKey, type ClusterJobKey } from '../model/job-key.js';
import type { JobConfiguration } from '../model/job-configuration.js';
import type { GetTierConfigResult } from '../model/response.js';
import { auroraHome } from '../client/clusters.js';
import type { Cluster } from '../client/cluster.js';
import { detailsText } from '../client/scheduler-client.js';
import { SchedulerError } from '../client/scheduler-error.js';
import { DEFAULT_TIERS } from '../client/tiers.js';
import {
  allowRunOption,
  bindOption,
  configOption,
  hermeticOption,
  python3Option,
  readJsonOption,
} from './common-options.js';
import type { Context } from './context.js';
import { compileLater } from './compile-later.js';
import { CommandError, EXIT } from './exit-codes.js';
import { clustersOf, connectTo, resultOf } from './scheduler-session.js';

/** The environment of a job that names none, on a cluster of this machine. */
export const DEFAULT_ENVIRONMENT = 'devel';

export interface LoadedJob {
  readonly picked: PickedJob;
  readonly configuration: JobConfiguration;
  /** The configuration anew: hooks may have added metadata to the job. */
  convert(): JobConfiguration;
}

/**
 * The job of that key from a config file, as the scheduler takes it. Whatever goes wrong ends the command
 * with the original's `Error loading configuration`, and where in the file, for people.
 */
export async function loadJob(context: Context, key: ClusterJobKey, path: string): Promise<LoadedJob> {
  const cluster = await clustersOf(context.host).get(key.cluster);
  return reporting(context, cluster, async () => {
    const picked = await pick(context, cluster, key, path);
    const tiers = await tiersOf(context, cluster);
    const [{ backFillTier }, { convertJob }] = await Promise.all([
      import('../config/back-fill-tier.js'),
      import('../config/convert.js'),
    ]);
    const complete = backFillTier(picked, tiers);
    const convert = (): JobConfiguration => convertJob(complete, { user: context.host.user });
    return { picked: complete, configuration: convert(), convert };
  });
}

/** Loads what `--config` names, for its mistakes and its hooks; undefined without that option. */
export async function loadOptionalConfig(
  context: Context,
  key: ClusterJobKey,
): Promise<LoadedJob | undefined> {
  const path = context.args.get(configOption);
  return path === undefined ? undefined : loadJob(context, key, path);
}

/** Keys of the jobs in a file, `cluster/role/environment/name`, the default environment filled in. */
export async function jobKeysIn(context: Context, path: string): Promise<string[]> {
  const { listJobs } = await import('../config/list-jobs.js');
  const silent = { defaultEnvironment: DEFAULT_ENVIRONMENT, print: () => undefined };
  return listJobs(await loadFile(context, path, silent));
}

/** Runs a config file with the options of the command line. */
export async function loadFile(
  context: Context,
  path: string,
  overrides: Partial<LoadOptions> = {},
): Promise<LoadedConfig> {
  compileLater();
  const { loadConfig } = await import('../config/load.js');
  return loadConfig(path, { ...(await evaluationOptionsOf(context)), ...overrides });
}

export async function evaluationOptionsOf({ args, console, host }: Context): Promise<LoadOptions> {
  const allowRun = args.get(allowRunOption)?.split(',') ?? [];
  const prelude = preludePath(host.env, (path) => host.files.exists(path));
  return {
    bindings: args.get(bindOption),
    readJson: args.get(readJsonOption),
    hermetic: args.get(hermeticOption),
    python3: args.get(python3Option),
    host: await host.machine(allowRun.length > 0),
    print: (text, stream) => {
      (stream === 'stdout' ? console.stdout : console.stderr).write(text);
    },
    ...(allowRun.length > 0 ? { allowRun } : {}),
    ...(prelude === undefined ? {} : { prelude }),
  };
}

/** A site's own helpers: the file that `AURORA_PRELUDE` names, or prelude.aurora in `$AURORA_HOME`. */
function preludePath(
  env: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean,
): string | undefined {
  const chosen = env['AURORA_PRELUDE'];
  if (chosen !== undefined) return chosen === '' ? undefined : chosen;
  const usual = join(auroraHome(env), 'prelude.aurora');
  return exists(usual) ? usual : undefined;
}

async function pick(
  context: Context,
  cluster: Cluster,
  key: ClusterJobKey,
  path: string,
): Promise<PickedJob> {
  const isLocal = cluster.kind === 'local';
  const loaded = await loadFile(context, path, isLocal ? { defaultEnvironment: DEFAULT_ENVIRONMENT } : {});
  const config = await withImages(context, cluster, loaded, key);
  const { pickJob } = await import('../config/prepare-job.js');
  const picked = pickJob(config, key);
  for (const notice of picked.notices)
    for (const line of notice.split('\n')) context.console.log('WARN', line);
  for (const warning of config.warnings)
    if (warning.code === 'default-environment' && warning.message.startsWith(`jobs[${picked.index}] `))
      context.console.log(
        'WARN',
        `Job ${key.name} names no environment: taking '${DEFAULT_ENVIRONMENT}' (${formatClusterJobKey(picked.key)})`,
      );
  return picked;
}

/** Asks the registry for the images that the job names by tag; most name none. */
async function withImages(
  context: Context,
  cluster: Cluster,
  config: LoadedConfig,
  key: ClusterJobKey,
): Promise<LoadedConfig> {
  const { bindDockerImages, dockerImages } = await import('../config/docker-images.js');
  if (dockerImages(config, key).length === 0) return config;
  const { registryResolver } = await import('../client/docker-registry.js');
  const registry = cluster.kind === 'remote' ? cluster.dockerRegistry : undefined;
  return bindDockerImages(
    config,
    registryResolver(context.host.transport, registry, context.host.interrupted),
    key,
  );
}

/** A local cluster has the usual tiers: compiling for it needs no scheduler. */
async function tiersOf(context: Context, cluster: Cluster): Promise<GetTierConfigResult> {
  if (cluster.kind === 'local') return DEFAULT_TIERS;
  const response = await connectTo(context, cluster).call('getTierConfigs', {});
  const result = resultOf(response, 'getTierConfigResult');
  if (response.responseCode === 'OK' && result) return result;
  context.console.err(`Error getting tier configurations.\n\t${detailsText(response)}`);
  throw new CommandError(EXIT.invalidConfiguration, 'Error getting tier configurations.');
}

async function reporting<T>(context: Context, cluster: Cluster, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiagnosticError) throw refused(context, cluster, error);
    if (error instanceof SchedulerError || error instanceof CommandError)
      throw new CommandError(EXIT.invalidConfiguration, `Error loading configuration: ${error.message}`);
    throw error;
  }
}

/** The original's words alone are for scripts that talk to its schedulers; everybody else gets the place too. */
function refused(context: Context, cluster: Cluster, error: DiagnosticError): CommandError {
  const { console } = context;
  const { type, originalMessage } = error as Partial<{ type: string; originalMessage: string }>;
  const message = originalMessage ?? error.message;
  const exits = type === 'die';
  if (exits) console.log('FATAL', message);
  else console.err(`Error loading configuration: ${message}`);
  if (cluster.kind === 'local' || console.stderr.isTerminal) showDetails(context, error.diagnostics);
  return new CommandError(exits ? 1 : EXIT.invalidConfiguration, message, true);
}

/** The first one's message has been said already. */
export function showDetails({ console }: Pick<Context, 'console'>, diagnostics: readonly Diagnostic[]): void {
  const style = console.errorStyle;
  for (const [index, diagnostic] of diagnostics.entries()) {
    const text = renderDiagnostic(diagnostic, style);
    const headline = renderDiagnostic(
      { severity: diagnostic.severity, code: diagnostic.code, message: diagnostic.message },
      style,
    );
    const rest = index === 0 ? text.slice(headline.length + 1) : text;
    if (rest !== '') console.errRaw(rest);
  }
}

export function showDiagnostics(
  { console }: Pick<Context, 'console'>,
  diagnostics: readonly Diagnostic[],
): void {
  for (const diagnostic of diagnostics) console.errRaw(renderDiagnostic(diagnostic, console.errorStyle));
}
