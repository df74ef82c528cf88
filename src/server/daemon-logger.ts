import { pino } from 'pino';
import type { Facts, Logger } from '../base/logging.js';

/** JSON lines, each written before the call returns: a crash loses none. */
export function openLog(path: string): Logger {
  const lines = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      formatters: { level: (level) => ({ level }) },
    },
    pino.destination({ dest: path, append: true, sync: true, mode: 0o600 }),
  );
  return {
    debug: (message, facts?: Facts) => {
      lines.debug(facts ?? {}, message);
    },
    info: (message, facts?: Facts) => {
      lines.info(facts ?? {}, message);
    },
    warn: (message, facts?: Facts) => {
      lines.warn(facts ?? {}, message);
    },
    error: (message, facts?: Facts) => {
      lines.error(facts ?? {}, message);
    },
  };
}
