/** Why a call brought no answer; the command line maps each to an exit code. */
export type SchedulerFailure =
  /** The exchange broke and the method must not be repeated. */
  | 'not-retriable'
  /** 401 or 403. */
  | 'authentication'
  /** The retries used up their time. */
  | 'timeout'
  /** The scheduler did not understand the call, or we not its answer. */
  | 'protocol'
  /** The cluster's entry does not say where its scheduler is. */
  | 'no-address'
  /** A local cluster that is not up. */
  | 'not-running';

export class SchedulerError extends Error {
  override readonly name = 'SchedulerError';

  constructor(
    readonly failure: SchedulerFailure,
    message: string,
  ) {
    super(message);
  }
}
