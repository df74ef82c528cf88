import { printable } from './printable.js';
import { plainStyle, type Style } from './style.js';

/** Where a command's text goes; `isTerminal` decides between the original's bytes and the richer form. */
export interface OutputStream {
  readonly isTerminal: boolean;
  /** Width in columns. */
  readonly columns: number;
  /** Height in lines, of a terminal. */
  readonly rows?: number | undefined;
  /** Whether colour is wanted: a terminal, and NO_COLOR is not set. */
  readonly colour: boolean;
  write(text: string): void;
}

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

/**
 * The command's voice: results on stdout, everything else on stderr. Log lines have the original's form
 * `LEVEL] message`; on a terminal the informational ones give way to progress and results.
 */
export class Console {
  constructor(
    readonly stdout: OutputStream,
    readonly stderr: OutputStream,
    readonly verbose: boolean,
    private readonly colourStyle: Style = plainStyle,
  ) {}

  /** Prints text with a final line end; control characters other than tab and line end are made visible. */
  out(text: string): void {
    this.stdout.write(`${printable(text)}\n`);
  }

  /** For text that already is safe and painted: tables, frames. */
  outRaw(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  err(text: string): void {
    const safe = printable(text);
    this.stderr.write(`${this.stderr.isTerminal ? this.errorStyle.error(safe) : safe}\n`);
  }

  errRaw(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  log(level: LogLevel, message: string): void {
    if (level === 'DEBUG' && !this.verbose) return;
    if (level === 'INFO' && this.stderr.isTerminal && !this.verbose) return;
    this.stderr.write(`${level.padStart(5)}] ${printable(message)}\n`);
  }

  info(message: string): void {
    this.log('INFO', message);
  }

  get style(): Style {
    return this.stdout.colour ? this.colourStyle : plainStyle;
  }

  get errorStyle(): Style {
    return this.stderr.colour ? this.colourStyle : plainStyle;
  }
}

/** Colours are loaded where one of the streams can show them. */
export async function openConsole(
  stdout: OutputStream,
  stderr: OutputStream,
  verbose: boolean,
): Promise<Console> {
  if (!stdout.colour && !stderr.colour) return new Console(stdout, stderr, verbose);
  const { colourStyle } = await import('./colour-style.js');
  return new Console(stdout, stderr, verbose, colourStyle);
}
