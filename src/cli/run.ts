import { nearest } from '../base/nearest.js';
import { parseArguments, type ParseFailure } from './argument-parser.js';
import type { CommandGroup, CommandLeaf, CommandNode } from './command.js';
import { openConsole, type Console, type OutputStream } from './console.js';
import type { Host } from './context.js';
import { EXIT } from './exit-codes.js';
import { reportFailure } from './report-failure.js';
import { groupHelpText, groupUsageText, helpText, usageText } from './usage-text.js';
import { quoted } from './argument-spec.js';

export interface Streams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** A command-line program: its words, and what it prints for `--version`. */
export interface Program {
  readonly name: string;
  readonly version: string;
  readonly commands: readonly CommandNode[];
}

/** Runs one command line and resolves to its exit code; never throws for anything a user can cause. */
export async function runProgram(
  program: Program,
  argv: readonly string[],
  host: Host,
  streams: Streams,
): Promise<number> {
  const verbose = argv.includes('-v') || argv.includes('--verbose');
  const console = await openConsole(streams.stdout, streams.stderr, verbose);
  try {
    return await new Invocation(program, argv, host, console).run();
  } catch (error) {
    return reportFailure(error, console);
  }
}

/** What the scripts of `aurora completion` call; no command for people. */
const COMPLETE = '__complete';

class Invocation {
  constructor(
    private readonly program: Program,
    private readonly argv: readonly string[],
    private readonly host: Host,
    private readonly console: Console,
  ) {}

  async run(): Promise<number> {
    const { program, argv } = this;
    const [first] = argv;
    if (first === undefined || first === '-h' || first === '--help')
      return this.#help(program.name, undefined);
    if (first === '--version') {
      this.console.out(program.version);
      return EXIT.ok;
    }
    if (first === COMPLETE) {
      const { complete } = await import('./complete.js');
      return complete(program.commands, argv.slice(1), this.host, this.console);
    }
    const found = program.commands.find((node) => node.name === first);
    if (!found)
      return first.startsWith('-')
        ? this.#refuse(this.#topUsage(), program.name, 'too few arguments')
        : this.#unknown(program.name, 'noun', first, program.commands);
    if (!('verbs' in found)) return this.#runLeaf(found, argv.slice(1));
    return this.#runGroup(found, argv.slice(1));
  }

  async #runGroup(group: CommandGroup, rest: readonly string[]): Promise<number> {
    const path = `${this.program.name} ${group.name}`;
    const [word] = rest;
    if (word === '-h' || word === '--help') return this.#help(path, group);
    const usage = groupUsageText(path, [], names(group.verbs));
    if (word === undefined || word.startsWith('-')) return this.#refuse(usage, path, 'too few arguments');
    const leaf = group.verbs.find((verb) => verb.name === word);
    if (!leaf) return this.#unknown(path, 'verb', word, group.verbs, usage);
    return this.#runLeaf(leaf, rest.slice(1));
  }

  async #runLeaf(leaf: CommandLeaf, rest: readonly string[]): Promise<number> {
    const { console, host, argv } = this;
    const command = await leaf.load();
    const spec = { ...command.spec, summary: leaf.summary };
    const parsed = parseArguments(spec, rest);
    if (!parsed.ok) {
      if (parsed.error.kind === 'help') {
        console.out(helpText(spec, this.#columns()));
        if (console.stdout.isTerminal) console.out(`\nexample:\n  ${spec.example}`);
        return EXIT.ok;
      }
      return this.#refuseArguments(usageText(spec, this.#columns()), spec.path, parsed.error);
    }
    console.log('DEBUG', `Command=([${argv.map(quoted).join(', ')}])`);
    const exitCode = await command.run({ host, console, args: parsed.value, argv });
    if (exitCode === EXIT.ok) console.log('DEBUG', 'Command terminated successfully');
    else console.info(`Command terminated with error code ${exitCode}`);
    return exitCode;
  }

  #refuseArguments(
    usage: string,
    path: string,
    failure: ParseFailure & { kind: 'invalid' | 'unrecognized' },
  ): number {
    if (failure.kind === 'invalid') return this.#refuse(usage, path, failure.message);
    const message = `unrecognized arguments: ${failure.extras.join(' ')}`;
    return this.#refuse(this.#topUsage(), this.program.name, message);
  }

  #unknown(
    path: string,
    kind: string,
    word: string,
    nodes: readonly CommandNode[],
    usage = this.#topUsage(),
  ): number {
    const choices = names(nodes).map(quoted).join(', ');
    const near = this.console.stderr.isTerminal ? nearest(word, names(nodes)) : undefined;
    const hint = near === undefined ? '' : `\nDid you mean \`${path} ${near}\`?`;
    return this.#refuse(
      usage,
      path,
      `argument ${kind}: invalid choice: ${quoted(word)} (choose from ${choices})${hint}`,
    );
  }

  #refuse(usage: string, path: string, message: string): number {
    this.console.err(`${usage}\n${path}: error: ${message}`);
    return EXIT.usage;
  }

  #help(path: string, group: CommandGroup | undefined): number {
    const nodes: readonly CommandNode[] = group?.verbs ?? this.program.commands;
    const version = group ? [] : [['--version', "show program's version number and exit"] as const];
    this.console.out(
      groupHelpText(
        group ? groupUsageText(path, [], names(nodes)) : this.#topUsage(),
        [['-h, --help', 'show this help message and exit'], ...version],
        group ? 'subcommands:' : 'commands:',
        names(nodes),
        nodes.map((node) => [node.name, node.summary]),
        this.#columns(),
      ),
    );
    return EXIT.ok;
  }

  #topUsage(): string {
    return groupUsageText(this.program.name, ['[--version]'], names(this.program.commands));
  }

  #columns(): number {
    const fromEnvironment = Number(this.host.env['COLUMNS']);
    return Number.isInteger(fromEnvironment) && fromEnvironment > 0
      ? fromEnvironment
      : this.console.stderr.columns;
  }
}

function names(nodes: readonly CommandNode[]): string[] {
  return nodes.map((node) => node.name);
}
