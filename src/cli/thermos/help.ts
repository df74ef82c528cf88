import { nearest } from '../../base/nearest.js';
import { GLOBAL_OPTIONS } from './common.js';
import type { ThermosCommand, ThermosHost } from './context.js';
import type { OptionSpec } from './options.js';

export function helpCommand(commands: () => readonly ThermosCommand[]): ThermosCommand {
  return {
    name: 'help',
    doc: 'Get help about a specific command.\n\n    Usage: thermos help [command]\n  ',
    options: GLOBAL_OPTIONS,
    async run(options, host) {
      const [name] = options.positionals;
      if (name === undefined) {
        host.out(mainUsage(commands()));
        return 1;
      }
      const command = commands().find((one) => one.name === name);
      if (!command) {
        const close = nearest(
          name,
          commands().map((one) => one.name),
        );
        host.err(`unknown command: ${name}${close === undefined ? '' : `\ndid you mean ${close}?`}\n`);
        return 0;
      }
      host.out(`command ${name}:\n${command.doc}\n`);
      if (host.stdoutIsTerminal) host.out(optionsText(command.options));
      return 0;
    },
  };
}

export function mainUsage(commands: readonly ThermosCommand[]): string {
  const lines = commands.map((one) => `    ${one.name.padEnd(10)}\t${one.doc.split('\n')[0] ?? ''}`);
  return `Usage: \nthermos\n\ncommands:\n${lines.join('\n')}\n\n\n${optionsText(GLOBAL_OPTIONS)}`;
}

export function commandUsage(command: ThermosCommand): string {
  return `Usage: ${command.doc}\n\n${optionsText(command.options)}`;
}

/** The message below the usage, as the original's option parser wrote it. */
export function reportUsage(command: ThermosCommand | undefined, message: string, host: ThermosHost): void {
  const usage = command ? `Usage: ${command.doc}\n\n` : '';
  host.err(`${usage}thermos: error: ${message}\n`);
}

function optionsText(options: readonly OptionSpec[]): string {
  const lines = options.flatMap(({ flags, metavar, help }) => {
    const label = `  ${flags.map((flag) => (metavar === undefined ? flag : join(flag, metavar))).join(', ')}`;
    const words = wrap(help, 54).map((line) => ' '.repeat(24) + line);
    if (label.length > 22) return [label, ...words];
    return [label.padEnd(24) + (words[0] ?? '').trimStart(), ...words.slice(1)];
  });
  return `Options:\n  -h, --help, --short-help\n                        show this help message and exit.\n${lines.join('\n')}\n`;
}

function join(flag: string, metavar: string): string {
  return flag.startsWith('--') ? `${flag}=${metavar}` : `${flag} ${metavar}`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
