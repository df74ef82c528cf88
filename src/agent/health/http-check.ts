import type { HttpHealthChecker } from '../executor-data.js';
import type { CheckOutcome } from './health-policy.js';
import { httpSignal, signalUrl, type HttpAnswer } from './http-signal.js';

/** One HTTP health check: GET, then body and code against what the job expects. */
export async function checkHttp(
  checker: HttpHealthChecker,
  port: number,
  timeoutMs: number,
): Promise<CheckOutcome> {
  const signal = await httpSignal('GET', port, checker.endpoint, timeoutMs);
  if (!signal.ok)
    return {
      healthy: false,
      reason: `Failed to signal ${signalUrl(port, checker.endpoint)}: ${signal.detail}`,
    };
  return judgeAnswer(checker, signal.answer);
}

/** The body of an error status counts as empty; the code is looked at only when the body is right. */
export function judgeAnswer(checker: HttpHealthChecker, answer: HttpAnswer): CheckOutcome {
  const body = answer.status >= 400 ? '' : normalize(answer.body);
  const expected = normalize(checker.expectedResponse);
  if (expected !== '' && body !== expected) {
    const reason = `Response differs from expected response (expected "${shorten(expected)}", got "${shorten(body)}")`;
    return { healthy: false, reason };
  }
  const code = checker.expectedResponseCode;
  if (code > 0 && answer.status !== code) {
    const reason = `Response code differs from expected response (expected ${code}, got ${answer.status})`;
    return { healthy: false, reason };
  }
  return { healthy: true };
}

function normalize(text: string): string {
  return text.trim().toLowerCase();
}

const LONGEST_SHOWN = 10;

function shorten(text: string): string {
  return text.length < LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN - 3)}...`;
}
