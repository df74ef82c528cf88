import { relative } from 'node:path';
import { formatClusterJobKey, type ClusterJobKey } from '../model/job-key.js';
import { searchStages } from '../client/find-config.js';
import type { Context } from './context.js';
import { CommandError, EXIT } from './exit-codes.js';
import { jobKeysIn } from './load-job.js';
import { clustersOf } from './scheduler-session.js';

/** A file that was looked into, and the jobs that it defines or why it could not be read. */
interface Looked {
  readonly path: string;
  readonly keys: readonly string[];
  readonly problem?: string;
}

/** The file that the user named, or the one that is found; a scheduler elsewhere is not sent a file that nobody named. */
export async function configPathFor(
  context: Context,
  key: ClusterJobKey,
  named: string | undefined,
  command: string,
): Promise<string> {
  if (named !== undefined) return named;
  const cluster = await clustersOf(context.host).get(key.cluster);
  if (cluster.kind !== 'local') throw new CommandError(EXIT.usage, `${command}: error: too few arguments`);
  return findConfig(context, key);
}

/**
 * The config file that defines the job, when the user named none: the first place that has it. Two files
 * with it, or none, are errors that list what was found.
 */
async function findConfig(context: Context, key: ClusterJobKey): Promise<string> {
  const wanted = formatClusterJobKey(key);
  const looked: Looked[] = [];
  const stages = searchStages(context.host);
  for (const stage of stages) {
    const found: Looked[] = [];
    for (const path of stage.paths) found.push(await lookInto(context, path));
    looked.push(...found);
    const matching = found.filter((each) => each.keys.includes(wanted));
    const [only, ...others] = matching;
    if (only && others.length === 0) {
      context.console.info(`Using ${shown(context, only.path)}`);
      return only.path;
    }
    if (only)
      throw new CommandError(
        EXIT.invalidConfiguration,
        `More than one file defines ${wanted}; name the one you mean:\n` +
          matching.map((each) => `  ${shown(context, each.path)}`).join('\n'),
      );
  }
  throw new CommandError(EXIT.invalidConfiguration, notFoundText(context, wanted, looked, stages));
}

async function lookInto(context: Context, path: string): Promise<Looked> {
  try {
    return { path, keys: await jobKeysIn(context, path) };
  } catch (error) {
    return { path, keys: [], problem: (error as Error).message };
  }
}

function notFoundText(
  context: Context,
  wanted: string,
  looked: readonly Looked[],
  stages: ReturnType<typeof searchStages>,
): string {
  const heading = `Could not find a config file that defines ${wanted}`;
  if (looked.length === 0)
    return (
      `${heading}: there is no *.aurora file in ${context.host.workingDirectory} or its configs/. ` +
      'Name the file, or set AURORA_CONFIG_PATH to files or folders.'
    );
  const candidates = looked.flatMap(({ path, keys, problem }) => [
    ...keys.map((key) => `  ${key}  (${shown(context, path)})`),
    ...(problem === undefined ? [] : [`  ${shown(context, path)} could not be read: ${problem}`]),
  ]);
  const places = stages.map((stage) => stage.place).join(', ');
  return [`${heading}. Looked at ${places}.`, 'Candidates are:', ...candidates].join('\n');
}

function shown({ host }: Context, path: string): string {
  const short = relative(host.workingDirectory, path);
  return short === '' || short.startsWith('..') ? path : short;
}
