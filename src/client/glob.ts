/**
 * Shell globbing as Python's fnmatch does it: `*`, `?`, `[seq]`, `[!seq]`, a lone `[` is itself. Matching
 * takes at most length times length steps, whatever the pattern.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  const tokens = tokenize(pattern);
  let position = 0;
  let token = 0;
  let starToken = -1;
  let starPosition = 0;
  while (position < text.length) {
    const current = tokens[token];
    if (current === '*') {
      starToken = token++;
      starPosition = position;
    } else if (current !== undefined && current.accepts(text[position] ?? '')) {
      token++;
      position++;
    } else if (starToken >= 0) {
      token = starToken + 1;
      position = ++starPosition;
    } else return false;
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}

type Token = '*' | { readonly accepts: (character: string) => boolean };

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? '';
    if (character === '*') tokens.push('*');
    else if (character === '?') tokens.push({ accepts: () => true });
    else if (character === '[') {
      const end = pattern.indexOf(']', i + (pattern[i + 1] === '!' ? 3 : 2));
      if (end < 0) tokens.push(exactly('['));
      else {
        tokens.push(characterClass(pattern.slice(i + 1, end)));
        i = end;
      }
    } else tokens.push(exactly(character));
  }
  return tokens;
}

function exactly(wanted: string): Token {
  return { accepts: (character) => character === wanted };
}

function characterClass(body: string): Token {
  const negated = body.startsWith('!');
  const set = negated ? body.slice(1) : body;
  const ranges: Array<readonly [string, string]> = [];
  for (let i = 0; i < set.length; i++) {
    const first = set[i] ?? '';
    const last = set[i + 2];
    if (set[i + 1] === '-' && last !== undefined) {
      ranges.push([first, last]);
      i += 2;
    } else ranges.push([first, first]);
  }
  return {
    accepts: (character) =>
      ranges.some(([first, last]) => first <= character && character <= last) !== negated,
  };
}
