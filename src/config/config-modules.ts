import type { Runtime, Value } from '../language/value.js';
import { pystachioNames } from '../pystachio/predefined.js';
import { predefinedNames, thermosNames } from './predefined-names.js';

/** Modules that real configs import although their names are there already. */
export function configModules(): ReadonlyMap<string, (runtime: Runtime) => ReadonlyMap<string, Value>> {
  const aurora = (): ReadonlyMap<string, Value> => predefinedNames();
  const thermos = (): ReadonlyMap<string, Value> => thermosNames();
  const pystachio = (): ReadonlyMap<string, Value> => pystachioNames();
  return new Map([
    ...['', '.base', '.basic', '.choice', '.composite', '.container', '.naming', '.parsing', '.typing'].map(
      (part) => [`pystachio${part}`, pystachio] as const,
    ),
    ...[
      'apache.aurora.config.schema',
      'apache.aurora.config.schema.base',
      'apache.aurora.config',
      'twitter.aurora.config.schema',
      'twitter.aurora.config.schema.base',
      'twitter.mesos.config.schema',
      'gen.apache.aurora.api.constants',
    ].map((name) => [name, aurora] as const),
    ...[
      'apache.thermos.config.schema',
      'apache.thermos.config.schema_base',
      'apache.thermos.config.schema_helpers',
      'twitter.thermos.config.schema',
    ].map((name) => [name, thermos] as const),
  ]);
}
