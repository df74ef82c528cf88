import { err, ok, type Result } from '../base/result.js';

/** Seconds of `XdYhZmWs`, every field optional, in that order, in any case. */
export function parseDuration(text: string): Result<number, string> {
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/i.exec(text.trim());
  if (!match || text.trim() === '')
    return err(`Invalid time: ${text}. Time must be specified in the form XdYhZmWs, for example 1d2h30m`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number((part as string | undefined) ?? 0));
  return ok(days * 86_400 + hours * 3_600 + minutes * 60 + seconds);
}

/** The largest unit that gives a whole number: `54 hrs`, `3790 secs`. */
export function durationInUnits(seconds: number): string {
  for (const [name, size] of [
    ['days', 86_400],
    ['hrs', 3_600],
    ['mins', 60],
  ] as const)
    if (seconds >= size && seconds % size === 0) return `${seconds / size} ${name}`;
  return `${seconds} secs`;
}
