import type { LoadedConfig, JobSelector } from '../../config/loaded-config.js';
import { anyText, optionalPositional, positional } from '../argument-spec.js';
import type { Context } from '../context.js';
import { DEFAULT_ENVIRONMENT, loadFile } from '../load-job.js';

export const configFileArgument = positional('FILE', anyText, {
  help: 'Configuration file',
  completes: 'file',
});

export const jobArgument = optionalPositional('KEY', anyText, {
  help: 'Job of the file: its name, or as much of cluster/role/env/name from the right as tells it from others',
  completes: 'job-key',
});

/** The parts of a key as far as they are given, counted from the name. */
export function selectorOf(text: string): JobSelector {
  const [name, environment, role, cluster] = text.split('/').reverse();
  return { cluster, role, environment, name };
}

export async function loadWithDefaults(context: Context, path: string): Promise<LoadedConfig> {
  return loadFile(context, path, {
    defaultEnvironment: DEFAULT_ENVIRONMENT,
    // stdout carries the result alone.
    print: (text) => {
      context.console.stderr.write(text);
    },
  });
}
