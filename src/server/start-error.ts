/** The daemon cannot start; the message says why, for the user. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
