/** Exit codes of the original client; scripts branch on them. */
export const EXIT = {
  ok: 0,
  usage: 2,
  invalidConfiguration: 3,
  commandFailure: 4,
  invalidParameter: 6,
  networkError: 7,
  timeout: 9,
  apiError: 10,
  unknownError: 20,
  authError: 30,
  interrupted: 130,
} as const;

/** Ends a command with a message for the user; never shown with a JavaScript stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    readonly exitCode: number,
    message: string,
    /** The message is already on stderr. */
    readonly shown = false,
  ) {
    super(message);
  }
}
