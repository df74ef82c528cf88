/** A URI that cannot be fetched or extracted, in a sentence for the task's last event. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}
