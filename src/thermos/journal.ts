/** What the coordinators of one task wrote down; the lines are described in coordinator-script.ts. */
export type JournalEntry =
  | { readonly kind: 'coordinator'; readonly pid: number; readonly startTicks: number }
  | {
      readonly kind: 'started';
      readonly runId: string;
      readonly coordinatorPid: number;
      readonly pid: number;
      readonly uptimeSecs?: number;
    }
  | {
      readonly kind: 'exited';
      readonly runId: string;
      /** 0 to 255, or minus the signal. */
      readonly status: number;
      readonly uptimeSecs?: number;
      readonly words?: string;
      /** Its output is still being read: `drained` follows. */
      readonly draining: boolean;
    }
  | { readonly kind: 'drained'; readonly runId: string; readonly uptimeSecs?: number };

/** One line, or undefined when it is none of ours: the journal is written by shells, so nothing is assumed. */
export function parseJournalLine(line: string): JournalEntry | undefined {
  const [tag, first = '', second = '', third = '', fourth = ''] = line.split(' ', 5);
  switch (tag) {
    case 'c': {
      const pid = integer(first);
      const startTicks = integer(second);
      if (pid === undefined || startTicks === undefined) return undefined;
      return { kind: 'coordinator', pid, startTicks };
    }
    case 's': {
      const coordinatorPid = integer(second);
      const pid = integer(third);
      if (coordinatorPid === undefined || pid === undefined) return undefined;
      return { kind: 'started', runId: first, coordinatorPid, pid, ...uptime(fourth) };
    }
    case 'x':
    case 'q': {
      const status = integer(second);
      if (status === undefined) return undefined;
      const words = line.split(' ').slice(4).join(' ').trim();
      return {
        kind: 'exited',
        runId: first,
        status,
        ...uptime(third),
        ...(words !== '' && { words }),
        draining: tag === 'q',
      };
    }
    case 'z':
      return { kind: 'drained', runId: first, ...uptime(second) };
    default:
      return undefined;
  }
}

/** Cuts a growing text into whole lines; the rest waits for more. */
export class LineCutter {
  #rest = '';

  push(text: string): string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }
}

function integer(text: string): number | undefined {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function uptime(text: string): { uptimeSecs?: number } {
  return /^\d+(\.\d+)?$/.test(text) ? { uptimeSecs: Number(text) } : {};
}
