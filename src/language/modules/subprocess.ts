import { bytesOf } from '../text/characters.js';
import { floatOf } from '../operators/number-of.js';
import type { Evaluator } from '../interpreter.js';
import type { ProgramResult } from '../host.js';
import type { Keywords, Runtime, Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { toText } from '../values/index.js';
import { List } from '../values/list.js';
import { Tuple } from '../values/tuple.js';
import { makeNamedTuple } from './named-tuple.js';
import { moduleNames } from './names.js';

/** `subprocess`: importing is free; running needs `--allow-run` to name the program, and never uses a shell. */
export function subprocessModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const completed = makeNamedTuple('CompletedProcess', ['args', 'returncode', 'stdout', 'stderr'], runtime);
  const run = (args: readonly Value[], keywords: Keywords): ProgramResult =>
    runProgram(args[0] as Value, keywords, runtime);
  return moduleNames(
    [
      [
        'check_output',
        'args **',
        (args, inner, { keywords }) => {
          const result = run(args, keywords);
          if (result.status !== 0) return failed(args[0] as Value, result, inner);
          return result.stdout;
        },
      ],
      [
        'check_call',
        'args **',
        (args, inner, { keywords }) => {
          const result = run(args, keywords);
          return result.status === 0 ? 0 : failed(args[0] as Value, result, inner);
        },
      ],
      ['call', 'args **', (args, _inner, { keywords }) => run(args, keywords).status],
      ['getoutput', 'cmd', (args, _inner, { keywords }) => run(args, keywords).stdout.replace(/\n$/, '')],
      [
        'run',
        'args **',
        (args, inner, { keywords }) => {
          const result = run(args, keywords);
          if (result.status !== 0 && inner.truthy(keywords.get('check') ?? false))
            return failed(args[0] as Value, result, inner);
          return completed.create([args[0] as Value, result.status, result.stdout, result.stderr], inner);
        },
      ],
      [
        'Popen',
        '* **',
        (args, inner) =>
          refuse(programName(args[0] ?? null, inner), inner, 'Popen is not available; check_output is.'),
      ],
    ],
    [
      ['PIPE', -1],
      ['STDOUT', -2],
      ['DEVNULL', -3],
      ['CalledProcessError', runtime.exceptions.get('CalledProcessError')],
    ],
  );
}

function failed(args: Value, { status }: ProgramResult, runtime: Runtime): never {
  return runtime.raise(
    'CalledProcessError',
    `Command '${runtime.str(args)}' returned non-zero exit status ${status}`,
    {
      code: 'program-failed',
    },
  );
}

function runProgram(args: Value, keywords: Keywords, runtime: Evaluator): ProgramResult {
  const argv = argumentsOf(args, runtime);
  const [program] = argv;
  const { allowRun, host } = runtime.options;
  if (allowRun?.has(program) !== true || !host.runProgram) return refuse(program, runtime);
  if (runtime.truthy(keywords.get('shell') ?? false)) {
    return runtime.raise(
      'RuntimeError',
      'shell=True is not available: give the program and its arguments as a list',
      { code: 'refused' },
    );
  }
  runtime.refuseHermetic('running programs');
  const timeout = floatOf(keywords.get('timeout') ?? null);
  const input = keywords.get('input');
  const result = host.runProgram({
    argv,
    currentDirectory: textOption(keywords, 'cwd', runtime) ?? host.currentDirectory,
    environment: environmentOf(keywords.get('env'), runtime),
    input: input === undefined || input === null ? undefined : toText(input, runtime),
    timeoutMs: Math.min(timeout === undefined ? Infinity : timeout * 1000, runtime.budget.limits.wallMs),
  });
  runtime.charge(1, bytesOf(result.stdout).length + bytesOf(result.stderr).length);
  return result;
}

function argumentsOf(args: Value, runtime: Runtime): [string, ...string[]] {
  const parts =
    args instanceof List || args instanceof Tuple
      ? args.items.map((arg) => toText(arg, runtime))
      : toText(args, runtime)
          .split(/\s+/)
          .filter((part) => part !== '');
  const [program, ...rest] = parts;
  if (program === undefined) return runtime.raise('ValueError', 'the command is empty');
  return [program, ...rest];
}

function programName(args: Value, runtime: Runtime): string {
  return typeof args === 'string' || args instanceof List || args instanceof Tuple
    ? argumentsOf(args, runtime)[0]
    : '...';
}

function refuse(program: string, runtime: Runtime, more = ''): never {
  return runtime.raise('RuntimeError', `a configuration may not run programs: '${program}'`, {
    code: 'refused',
    notes: more === '' ? [] : [more],
    suggestion: `--allow-run ${program} permits it.`,
  });
}

function textOption(keywords: Keywords, name: string, runtime: Runtime): string | undefined {
  const value = keywords.get(name);
  return value === undefined || value === null ? undefined : toText(value, runtime);
}

function environmentOf(value: Value | undefined, runtime: Runtime): Map<string, string> | undefined {
  if (!(value instanceof Dict)) return undefined;
  return new Map(
    Array.from(value.entries.values(), (entry) => [toText(entry.key, runtime), toText(entry.value, runtime)]),
  );
}
