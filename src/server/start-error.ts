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
