import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { ProgramRequest, ProgramResult } from '../language/host.js';
import type { ProgramRunner } from './context.js';

/** Runs ssh, scp, diff viewers and browsers; the arguments reach them as they are, no shell in between. */
export const nodeProgramRunner: ProgramRunner = {
  run: (command, args, options) =>
    new Promise((resolve) => {
      const child = spawn(command, args, {
        stdio: options.output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      });
      const collected = { stdout: '', stderr: '' };
      child.stdout?.setEncoding('utf8').on('data', (text: string) => (collected.stdout += text));
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (collected.stderr += text));
      if (options.onLine) {
        const { onLine } = options;
        for (const stream of [child.stdout, child.stderr])
          if (stream) createInterface({ input: stream }).on('line', onLine);
      }
      child.once('spawn', () => {
        if (child.pid !== undefined) options.onStart?.(child.pid);
      });
      child.once('error', (error: NodeJS.ErrnoException) => {
        resolve({ exitCode: error.code === 'EACCES' ? 126 : 127, stdout: '', stderr: error.message });
      });
      child.once('close', (code, signal) => {
        const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
        resolve({ exitCode, ...collected });
      });
    }),
};

/** Runs a program that a config was allowed to run, and waits for its end. */
export function runProgramToEnd(request: ProgramRequest): ProgramResult {
  const [program, ...args] = request.argv;
  const result = spawnSync(program, args, {
    cwd: request.currentDirectory,
    timeout: request.timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
    encoding: 'utf8',
    ...(request.environment ? { env: Object.fromEntries(request.environment) } : {}),
    ...(request.input === undefined ? {} : { input: request.input }),
  });
  if (result.error) throw result.error;
  const status = result.status ?? -(result.signal ? constants.signals[result.signal] : 1);
  return { status, stdout: result.stdout, stderr: result.stderr };
}
