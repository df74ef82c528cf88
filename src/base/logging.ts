/** What a part may say about its own working. The daemon and agents write JSON lines; tests collect. */
export interface Logger {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

export type Facts = Readonly<Record<string, unknown>>;
export type LogLevel = keyof Logger;

const nothing = (): void => undefined;
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A logger whose levels all end in one function. */
export function loggerOf(write: (level: LogLevel, message: string, facts: Facts) => void): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, facts: Facts = {}): void => {
      write(level, message, facts);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
