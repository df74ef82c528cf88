import type { LocalClusterDefinition } from '../model/cluster.js';

/** The daemon cannot start; the message says why, for the user. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** What the operating system refused is said in one line, without where in the program that was. */
export function plainly(error: unknown, home: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || error instanceof StartError || typeof code !== 'string') return error;
  return /^E[A-Z0-9]+$/.test(code)
    ? new StartError(`The scheduler cannot start in ${home}: ${message}`, { cause: error })
    : error;
}

/** A port that cannot be had, in words. */
export function portError(error: unknown, { name, httpPort }: LocalClusterDefinition): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new StartError(
      `Cluster ${name} cannot listen on port ${httpPort} of 127.0.0.1: another program has it. ` +
        'Give the cluster another port, or 0 for any free one.',
    );
  if (code === 'EACCES')
    return new StartError(
      `Cluster ${name} may not listen on port ${httpPort} of 127.0.0.1: choose one above 1023.`,
    );
  return error;
}
