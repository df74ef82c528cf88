import type { Diagnostic } from '../base/diagnostic.js';
import type { Runtime } from '../language/value.js';
import { MapObject } from '../pystachio/map-type.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { ConfigError } from './config-error.js';
import { entriesOf, structOf, textOf } from './plain-fields.js';
import { isDedicated } from './validate-update.js';

/** A warning that the original client prints: for people as a diagnostic, for scripts word for word. */
export interface Notice {
  readonly diagnostic: Diagnostic;
  /** What the original writes to standard error, without the final newline. */
  readonly text: string;
}

/** Checks the announcer of an interpolated job; a primary port that nobody opens is only worth a warning. */
export function validateAnnounce(job: StructObject, ports: readonly string[], runtime: Runtime): Notice[] {
  const announce = structOf(job, 'announce');
  if (!announce) return [];
  const portmap = entriesOf(announce, 'portmap', runtime);
  const primary = textOf(announce, 'primary_port', runtime) ?? '';
  refuseStaticPorts(job, announce, portmap, runtime);
  if (ports.includes(primary) || portmap.has(primary)) return [];
  return [unboundPrimary(primary, announce)];
}

const WHOLE = /^\s*[+-]?\d+\s*$/;

function refuseStaticPorts(
  job: StructObject,
  announce: StructObject,
  portmap: ReadonlyMap<string, string>,
  runtime: Runtime,
): void {
  if (isDedicated(job, runtime)) return;
  for (const [name, value] of portmap) {
    if (!WHOLE.test(value)) continue;
    const map = announce.field('portmap');
    throw new ConfigError('ValueError', 'Job must be dedicated in order to specify static ports!', {
      code: 'static-port',
      span: (map instanceof MapObject ? map.origin?.partSpan(name) : undefined) ?? announce.origin?.span(),
      notes: [`the portmap gives "${name}" the fixed port ${value.trim()}`],
      suggestion: `Map it to a name (portmap={'${name}': 'http'}), or add constraints={'dedicated': 'ROLE/NAME'}.`,
    });
  }
}

function unboundPrimary(primary: string, announce: StructObject): Notice {
  const span = announce.origin?.partSpan('primary_port') ?? announce.origin?.span();
  return {
    text:
      `\nAnnouncer specified primary port as '${primary}' but no processes have bound that port.\n` +
      `If you would like to utilize this port, you should listen on {{thermos.ports[${primary}]}}\n` +
      'from some Process bound to your task.\n',
    diagnostic: {
      severity: 'warning',
      code: 'unbound-primary-port',
      message: `Announcer specified primary port as '${primary}' but no processes have bound that port`,
      ...(span && { span }),
      suggestion: `Listen on {{thermos.ports[${primary}]}} in a process of the task.`,
    },
  };
}
