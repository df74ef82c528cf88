import { execa, execaSync } from 'execa';
import { constants } from 'node:os';
import type { ProgramRequest, ProgramResult } from '../language/host.js';
import type { ProgramRunner } from './context.js';

/** Runs ssh, scp, diff viewers and browsers; the arguments reach them as they are, no shell in between. */
export const programRunner: ProgramRunner = {
  run: async (command, args, options) => {
    const { onStart, onLine, interrupted } = options;
    const inherit = options.output === 'inherit';
    const child = execa(command, args, {
      reject: false,
      stripFinalNewline: false,
      stdin: inherit ? 'inherit' : 'ignore',
      stdout: inherit ? 'inherit' : 'pipe',
      stderr: inherit ? 'inherit' : 'pipe',
      all: true,
    });
    if (child.pid !== undefined) onStart?.(child.pid);
    interrupted?.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
    if (interrupted?.aborted) child.kill('SIGINT');
    if (onLine) for await (const line of child.iterable({ from: 'all' })) onLine(line);
    const result = await child;
    if (result.exitCode === undefined && result.signal === undefined)
      return {
        exitCode: result.code === 'EACCES' ? 126 : 127,
        stdout: '',
        stderr: result.originalMessage ?? '',
      };
    const exitCode = result.exitCode ?? 128 + signalNumber(result.signal);
    return { exitCode, stdout: textOf(result.stdout), stderr: textOf(result.stderr) };
  },
};

/** Runs a program that a config was allowed to run, and waits for its end. */
export function runProgramToEnd(request: ProgramRequest): ProgramResult {
  const [program, ...args] = request.argv;
  const result = execaSync(program, args, {
    reject: false,
    stripFinalNewline: false,
    cwd: request.currentDirectory,
    timeout: request.timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
    ...(request.environment ? { env: Object.fromEntries(request.environment), extendEnv: false } : {}),
    ...(request.input === undefined ? {} : { input: request.input }),
  });
  if (result.code !== undefined && result.exitCode === undefined)
    throw Object.assign(new Error(result.originalMessage), { code: result.code });
  const status = result.exitCode ?? -signalNumber(result.signal);
  return { status, stdout: textOf(result.stdout), stderr: textOf(result.stderr) };
}

function signalNumber(signal: NodeJS.Signals | undefined): number {
  return signal === undefined ? 1 : constants.signals[signal];
}

function textOf(output: unknown): string {
  return typeof output === 'string' ? output : '';
}
