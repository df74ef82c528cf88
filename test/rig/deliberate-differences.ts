import { readFileSync } from 'node:fs';

/**
 * Where we do not follow the original on purpose: cases whose recorded result is a crash or an accident. A
 * rule names cases by what was recorded, so that it holds for cases that are not in this repository too.
 */
export interface Difference {
  /** Matches the recorded exception's type and text, `TYPE: text`. */
  readonly error?: string;
  /** Matches the text of the case's files. */
  readonly source?: string;
  /** A tag that the case must carry. */
  readonly tag?: string;
  /** The result that is right instead: accepted, or refused in other words. */
  readonly instead: 'accepted' | 'refused';
  readonly reason: string;
}

/** Texts that differ from the original's only so: both are compared after the replacement. */
export interface TextDifference {
  readonly pattern: string;
  readonly replacement: string;
  readonly reason: string;
}

/** What we refuse although the original accepts it; `$1` in `source` is what `refusal` captured. */
export interface RefusalDifference {
  readonly refusal: string;
  readonly source?: string;
  readonly reason: string;
}

export const differences: {
  readonly refusals: readonly RefusalDifference[];
  readonly outcomes: readonly Difference[];
  readonly texts: readonly TextDifference[];
} = JSON.parse(readFileSync('test/testdata/deliberate-differences.json', 'utf8')) as {
  refusals: RefusalDifference[];
  outcomes: Difference[];
  texts: TextDifference[];
};

export interface Recorded {
  readonly error: { readonly type: string; readonly message: string };
  readonly source: string;
  readonly tags: readonly string[];
}

export function findDifference(recorded: Recorded, instead: Difference['instead']): Difference | undefined {
  return differences.outcomes.find(
    (rule) =>
      rule.instead === instead &&
      matches(rule.error, `${recorded.error.type}: ${recorded.error.message}`) &&
      matches(rule.source, recorded.source) &&
      (rule.tag === undefined || recorded.tags.includes(rule.tag)),
  );
}

function matches(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(pattern, 's').test(text);
}

/** The reason why two different texts are the same result; undefined when they are not. */
export function findTextDifference(expected: string, given: string): string | undefined {
  const reasons: string[] = [];
  let [a, b] = [expected, given];
  for (const { pattern, replacement, reason } of differences.texts) {
    const expression = new RegExp(pattern, 'g');
    if (expression.test(a)) reasons.push(reason);
    a = a.replace(new RegExp(pattern, 'g'), replacement);
    b = b.replace(new RegExp(pattern, 'g'), replacement);
  }
  return a === b ? reasons.join(', ') : undefined;
}

/** The reason why something that the original accepts is refused, given as `TYPE: message`. */
export function findRefusal(error: string, source: string): string | undefined {
  return differences.refusals.find((rule) => {
    const match = new RegExp(rule.refusal).exec(error);
    return match !== null && matches(rule.source?.replace('$1', match[1] ?? ''), source);
  })?.reason;
}
