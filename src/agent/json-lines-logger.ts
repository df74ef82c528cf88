import { writeSync } from 'node:fs';
import type { Facts, Logger } from '../base/logging.js';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** JSON lines to a file descriptor. What cannot be written is dropped: logging never stops the agent. */
export function jsonLinesLogger(
  descriptor: number,
  nowMs: () => number,
  least: 'debug' | 'info' = 'info',
): Logger {
  const write = (level: Level, message: string, facts: Facts = {}): void => {
    try {
      const time = new Date(nowMs()).toISOString();
      writeSync(descriptor, `${JSON.stringify({ time, level, message, ...facts })}\n`);
    } catch {
      // A full disk or a closed pipe.
    }
  };
  return {
    debug: (message, facts) => {
      if (least === 'debug') write('debug', message, facts);
    },
    info: (message, facts) => {
      write('info', message, facts);
    },
    warn: (message, facts) => {
      write('warn', message, facts);
    },
    error: (message, facts) => {
      write('error', message, facts);
    },
  };
}
