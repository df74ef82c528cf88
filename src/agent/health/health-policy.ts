/**
 * When a task counts as healthy, as Aurora's health checker has it. It counts attempts, not time:
 *
 *     forgiving     = ceil(initial interval / interval)     failures up to this attempt are ignored
 *     most attempts = forgiving + max failures + min successes     RUNNING must be reached by then
 *
 *     STARTING --min successes in a row--> RUNNING --more than max failures in a row--> UNHEALTHY
 *        `------too many failures, or too few attempts left for the successes needed--------^
 */
export interface HealthPolicy {
  readonly initialIntervalSecs: number;
  readonly intervalSecs: number;
  readonly maxConsecutiveFailures: number;
  readonly minConsecutiveSuccesses: number;
}

export interface HealthState {
  readonly attempts: number;
  readonly failures: number;
  readonly successes: number;
  readonly verdict: 'STARTING' | 'RUNNING' | 'UNHEALTHY';
  /** Why it is unhealthy. */
  readonly reason?: string;
}

export type CheckOutcome = { readonly healthy: true } | { readonly healthy: false; readonly reason: string };

export const NEVER_CHECKED: HealthState = { attempts: 0, failures: 0, successes: 0, verdict: 'STARTING' };

/** The state of a task that an earlier agent has already reported RUNNING: no second grace period. */
export function alreadyRunning(policy: HealthPolicy): HealthState {
  return { attempts: forgivingAttempts(policy), failures: 0, successes: 0, verdict: 'RUNNING' };
}

export function afterCheck(policy: HealthPolicy, state: HealthState, outcome: CheckOutcome): HealthState {
  if (state.verdict === 'UNHEALTHY') return state;
  const attempts = state.attempts + 1;
  return outcome.healthy
    ? afterSuccess(policy, { ...state, attempts })
    : afterFailure(policy, { ...state, attempts }, outcome.reason);
}

function afterSuccess(policy: HealthPolicy, state: HealthState): HealthState {
  const successes = state.successes + 1;
  const next = { ...state, successes, failures: 0 };
  if (state.verdict === 'RUNNING' || successes >= policy.minConsecutiveSuccesses)
    return { ...next, verdict: 'RUNNING' };
  return withinAttempts(policy, next, LATE);
}

function afterFailure(policy: HealthPolicy, state: HealthState, reason: string): HealthState {
  const forgiven = state.attempts <= forgivingAttempts(policy);
  const failures = forgiven ? state.failures : state.failures + 1;
  const next = { ...state, successes: 0, failures };
  if (failures > policy.maxConsecutiveFailures) return { ...next, verdict: 'UNHEALTHY', reason };
  return withinAttempts(policy, next, reason);
}

const LATE = 'Not enough successful health checks in time.';

function withinAttempts(policy: HealthPolicy, state: HealthState, reason: string): HealthState {
  if (state.verdict === 'RUNNING') return state;
  const most = mostAttempts(policy);
  const remaining = most - state.attempts;
  if (remaining < 0) return { ...state, verdict: 'UNHEALTHY', reason: LATE };
  const needed = policy.minConsecutiveSuccesses;
  const failFast = reason !== LATE && remaining > 1 && needed > remaining;
  return failFast ? { ...state, verdict: 'UNHEALTHY', reason } : state;
}

/** An interval of zero checks without pause: then nothing is forgiven. */
function forgivingAttempts(policy: HealthPolicy): number {
  if (policy.intervalSecs <= 0) return 0;
  return Math.ceil(policy.initialIntervalSecs / policy.intervalSecs);
}

function mostAttempts(policy: HealthPolicy): number {
  return forgivingAttempts(policy) + policy.maxConsecutiveFailures + policy.minConsecutiveSuccesses;
}
