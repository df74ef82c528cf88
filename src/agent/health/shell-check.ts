import { spawn } from 'node:child_process';
import type { CheckOutcome } from './health-policy.js';

export interface ShellCheck {
  readonly command: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The role's account; absent when the agent cannot or need not change user. */
  readonly account?: { readonly uid: number; readonly gid: number };
  readonly timeoutMs: number;
}

const LARGEST_OUTPUT = 64 * 1024;

/**
 * One shell health check: `bash -c`, healthy when it exits 0 within the timeout. The command has a process
 * group of its own, which is killed at the end, so that no check leaves children behind.
 */
export function checkShell(check: ShellCheck): Promise<CheckOutcome> {
  return new Promise((resolve) => {
    let output = Buffer.alloc(0);
    const child = spawn('/bin/bash', ['-c', check.command], {
      cwd: check.cwd,
      env: { ...check.environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...check.account,
    });
    const collect = (chunk: Buffer): void => {
      if (output.length < LARGEST_OUTPUT)
        output = Buffer.concat([output, chunk.subarray(0, LARGEST_OUTPUT - output.length)]);
    };
    const finish = (outcome: CheckOutcome): void => {
      clearTimeout(timer);
      killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(
      () => {
        finish({ healthy: false, reason: 'Health check timed out.' });
      },
      Math.max(1, check.timeoutMs),
    );
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => {
      finish({ healthy: false, reason: `OSError: ${error.message}` });
    });
    child.on('exit', (code, signal) => {
      // What the command wrote may still be in the pipes; a child that holds them open must not delay us.
      setImmediate(() => {
        finish(judgeExit(check.command, code, signal, output));
      });
    });
  });
}

function judgeExit(
  command: string,
  code: number | null,
  signal: string | null,
  output: Buffer,
): CheckOutcome {
  if (code === 0) return { healthy: true };
  const status = code ?? signal ?? 'unknown';
  const text = pythonText(output.toString('utf8'));
  return {
    healthy: false,
    reason: `Command '${command}' returned non-zero exit status ${status} with output ${text}`,
  };
}

/** Quotes as Python's repr, which people's log searches know. */
function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
