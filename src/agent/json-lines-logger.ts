import { writeSync } from 'node:fs';
import { loggerOf, type Logger } from '../base/logging.js';

/** JSON lines to a file descriptor. What cannot be written is dropped: logging never stops the agent. */
export function jsonLinesLogger(
  descriptor: number,
  nowMs: () => number,
  least: 'debug' | 'info' = 'info',
): Logger {
  return loggerOf((level, message, facts) => {
    if (level === 'debug' && least !== 'debug') return;
    try {
      const time = new Date(nowMs()).toISOString();
      writeSync(descriptor, `${JSON.stringify({ time, level, message, ...facts })}\n`);
    } catch {
      // A full disk or a closed pipe.
    }
  });
}
