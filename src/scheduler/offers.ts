import type { Amounts } from './amounts.js';
import type { Core } from './core.js';
import type { Attributes } from './scheduling-filter.js';

/** What an agent that takes new tasks has left. */
export interface Offer {
  readonly agentId: string;
  readonly host: string;
  readonly attributes: Attributes;
  readonly free: Readonly<Amounts>;
  /** First and last port of each run of free ports. */
  readonly portRanges: ReadonlyArray<readonly [number, number]>;
  /** Tasks that hold the rest. */
  readonly taskIds: readonly string[];
}

export function offers(core: Core): Offer[] {
  return core.pool.list
    .filter(({ mode }) => mode === 'NONE' || mode === 'SCHEDULED')
    .map((host) => ({
      agentId: host.agentId,
      host: host.name,
      attributes: host.attributes,
      free: { ...host.free },
      portRanges: host.freePortRanges(),
      taskIds: [...host.tasks.keys()],
    }));
}
