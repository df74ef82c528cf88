import { convertJob } from './convert.js';
import { dataOf, prettyJson, toYaml, type DataMap } from './data.js';
import type { JobSelector, LoadedConfig } from './loaded-config.js';
import { pickJob, prepareJob, type PickedJob } from './prepare-job.js';
import { jobConfigurationData } from './thrift-data.js';

export type CompiledFormat = 'json' | 'yaml';

/**
 * Every job of a config (or the one selected) as it will be sent: `key`, `job` (the interpolated object) and
 * `jobConfiguration`. Equal configs give equal bytes. Throws the DiagnosticError of the first job that is
 * refused.
 */
export function compileConfig(
  config: LoadedConfig,
  user: string,
  selector?: JobSelector,
  format: CompiledFormat = 'json',
): string {
  const jobs = selector
    ? [pickJob(config, selector)]
    : config.jobs.map((_, index) => prepareJob(config, index));
  const data = jobs.map((picked) => compiledJob(picked, user));
  return format === 'json' ? `${prettyJson(data)}\n` : toYaml(data);
}

export function compiledJob(picked: PickedJob, user: string): DataMap {
  const { runtime } = picked.config.evaluation;
  const { cluster, role, environment, name } = picked.key;
  return new Map([
    ['key', `${cluster}/${role}/${environment}/${name}`],
    ['job', dataOf(picked.interpolated, runtime)],
    ['jobConfiguration', jobConfigurationData(convertJob(picked, { user }), 'names', runtime)],
  ]);
}
