import type { CommandSpec } from './argument-spec.js';
import type { CommandBody } from './context.js';

/** What a verb's module exports. */
export interface Command {
  readonly spec: CommandSpec;
  readonly run: CommandBody;
}

/** A word of the command line: a group of verbs, or a command whose module is loaded when it is typed. */
export type CommandNode = CommandGroup | CommandLeaf;

export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly CommandLeaf[];
}

export interface CommandLeaf {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}
