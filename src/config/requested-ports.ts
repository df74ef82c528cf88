import type { Runtime } from '../language/value.js';
import { MapObject } from '../pystachio/map-type.js';
import type { Ref } from '../pystachio/ref.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { ConfigError } from './config-error.js';
import { entriesOf, structOf, structsOf } from './plain-fields.js';
import { PortCycle, resolvePorts } from './port-resolver.js';
import { PORTS_REF } from './runtime-refs.js';

/**
 * Names of the ports that the scheduler must allocate, sorted: the ends of the announcer's aliases, and every
 * `{{thermos.ports[name]}}` of a process that the aliases do not lead to a number. `job` is interpolated.
 */
export function requestedPorts(job: StructObject, runtime: Runtime): string[] {
  const task = structOf(job, 'task');
  const referenced = task ? referencedPorts(task, runtime) : new Set<string>();
  const resolved = announcedPorts(job, runtime);
  const ends = [...resolved.values(), ...[...referenced].map((name) => resolved.get(name) ?? name)];
  return [...new Set(ends.filter((end) => typeof end === 'string'))].sort();
}

/** The announcer's portmap, resolved; empty without an announcer. */
export function announcedPorts(job: StructObject, runtime: Runtime): Map<string, string | number> {
  const announce = structOf(job, 'announce');
  if (!announce) return new Map();
  try {
    return resolvePorts(entriesOf(announce, 'portmap', runtime));
  } catch (error) {
    if (!(error instanceof PortCycle)) throw error;
    const [diagnostic] = error.diagnostics;
    const portmap = announce.field('portmap');
    const span = portmap instanceof MapObject ? portmap.origin?.partSpan(error.port) : undefined;
    throw new ConfigError(error.type, error.originalMessage, {
      ...diagnostic,
      span: span ?? announce.origin?.partSpan('portmap') ?? announce.origin?.span(),
    });
  }
}

/** Names in `{{thermos.ports[name]}}` of the processes of an interpolated task. */
export function referencedPorts(task: StructObject, runtime: Runtime): Set<string> {
  const names = new Set<string>();
  for (const process of structsOf(task, 'processes')) {
    if (!process.isTemplated()) continue;
    const unbound: Ref[] = [];
    process.interpolate(null, unbound, runtime);
    for (const ref of unbound) {
      const port = ref.isBelow(PORTS_REF) ? ref.components[2] : undefined;
      if (!port) continue;
      if (port.kind !== 'index') throw badPort(process, ref, runtime);
      names.add(port.name);
    }
  }
  return names;
}

function badPort(process: StructObject, ref: Ref, runtime: Runtime): ConfigError {
  const name = ref.address.slice(PORTS_REF.address.length + 1);
  return new ConfigError('InvalidTask', `Task has invalid process: ${process.text(runtime)}`, {
    code: 'bad-port-reference',
    span: process.origin?.partSpan('cmdline') ?? process.origin?.span(),
    notes: [`${ref.tag} is no port: ports are written with brackets`],
    suggestion: `Write {{thermos.ports[${name}]}}.`,
  });
}
