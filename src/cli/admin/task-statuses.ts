import type { ScheduleStatus } from '../../model/scheduled-task.js';
import { ACTIVE_STATES, TERMINAL_STATES } from '../../model/scheduled-task.js';
import { quoted } from '../argument-spec.js';
import { AdminError } from './admin-command.js';

const ALL_STATES: readonly ScheduleStatus[] = ['INIT', ...ACTIVE_STATES, ...TERMINAL_STATES];

/** `RUNNING,PENDING`, sorted; an unknown name is refused with the names there are. */
export function parseStatuses(text: string): ScheduleStatus[] {
  return text
    .split(',')
    .map((name) => {
      const status = ALL_STATES.find((each) => each === name.trim());
      if (!status)
        throw new AdminError(
          `Unknown state ${quoted(name)} specified.  Valid states are:\n${[...ALL_STATES].sort().join(',')}`,
        );
      return status;
    })
    .sort();
}
