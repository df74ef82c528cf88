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

export interface Recorded {
  readonly error: { readonly type: string; readonly message: string };
  readonly source: string;
  readonly tags: readonly string[];
}

export function findDifference(
  differences: readonly Difference[],
  recorded: Recorded,
  instead: Difference['instead'],
): Difference | undefined {
  return differences.find(
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
