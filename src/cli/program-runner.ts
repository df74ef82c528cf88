import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
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
