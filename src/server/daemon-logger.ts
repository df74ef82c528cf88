import { renameSync, statSync } from 'node:fs';
import { pino } from 'pino';
import { loggerOf, type Logger } from '../base/logging.js';

/** A log beyond this is set aside at the next start, in place of the one set aside before. */
const LARGEST_LOG_BYTES = 16 << 20;

/**
 * JSON lines, each written before the call returns: a crash loses none. A log that cannot be written, as on
 * a full disk, stops nothing: what must not be lost is in the store, and that stops the daemon by itself.
 */
export function openLog(path: string): Logger {
  setAside(path);
  const destination = pino.destination({ dest: path, append: true, sync: true, mode: 0o600 });
  destination.on('error', () => undefined);
  const lines = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  );
  return loggerOf((level, message, facts) => {
    try {
      lines[level](facts, message);
    } catch {
      // As above.
    }
  });
}

function setAside(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() && stat.size > LARGEST_LOG_BYTES) renameSync(path, `${path}.1`);
}
