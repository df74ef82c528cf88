/**
 * As much of a TextMate engine as the test of `aurora.tmLanguage.json` needs: `match` with captures,
 * `begin`/`end` with patterns inside, `include`. The first pattern that matches leftmost wins.
 */
export interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly Rule[];
  readonly include?: string;
}

export interface Grammar {
  readonly patterns: readonly Rule[];
  readonly repository: Readonly<Record<string, Rule>>;
}

export interface Scoped {
  readonly text: string;
  /** The innermost scope; empty where none applies. */
  readonly scope: string;
}

interface Level {
  readonly scope: string;
  readonly rules: readonly Rule[];
  readonly end: string | undefined;
}

export function scopesOf(grammar: Grammar, text: string): Scoped[] {
  const found: Scoped[] = [];
  const stack: Level[] = [{ scope: '', rules: grammar.patterns, end: undefined }];
  for (const line of text.split('\n')) scanLine(grammar, line, stack, found);
  return found;
}

/** Every regular expression of a grammar. */
export function patternsOf(rule: Rule | Grammar): string[] {
  const own = rule as Rule;
  const inner = [...(rule.patterns ?? []), ...Object.values('repository' in rule ? rule.repository : {})];
  return [own.match, own.begin, own.end]
    .filter((text) => text !== undefined)
    .concat(inner.flatMap(patternsOf));
}

function scanLine(grammar: Grammar, line: string, stack: Level[], found: Scoped[]): void {
  let at = 0;
  const add = (end: number, scope: string): void => {
    if (end > at) found.push({ text: line.slice(at, end), scope });
    at = end;
  };
  for (let steps = 0; steps <= 2 * line.length + 2; steps++) {
    const level = stack[stack.length - 1] as Level;
    const end = level.end === undefined ? undefined : exec(level.end, line, at);
    const next = best(flatten(grammar, level.rules), line, at);
    if (end && (!next || end.index <= next.match.index)) {
      add(end.index, level.scope);
      add(end.index + end[0].length, level.scope);
      stack.pop();
      if (at >= line.length && end[0] === '') return;
    } else if (next) {
      add(next.match.index, level.scope);
      const scope = next.rule.name ?? level.scope;
      if (next.rule.begin === undefined) captures(next.rule, next.match, scope, found);
      else found.push({ text: next.match[0], scope });
      at = next.match.index + next.match[0].length;
      if (next.rule.begin !== undefined) {
        const close = (next.rule.end ?? '').replace('\\1', escaped(next.match[1] ?? ''));
        stack.push({ scope, rules: next.rule.patterns ?? [], end: close });
      }
    } else {
      add(line.length, level.scope);
      return;
    }
  }
}

function captures(rule: Rule, match: RegExpExecArray, scope: string, found: Scoped[]): void {
  let from = 0;
  for (const [group, { name }] of Object.entries(rule.captures ?? {})) {
    const text = match[Number(group)] ?? '';
    const at = match[0].indexOf(text, from);
    if (at > from) found.push({ text: match[0].slice(from, at), scope });
    found.push({ text, scope: name });
    from = at + text.length;
  }
  if (from < match[0].length) found.push({ text: match[0].slice(from), scope });
}

function best(
  rules: readonly Rule[],
  line: string,
  at: number,
): { rule: Rule; match: RegExpExecArray } | undefined {
  let winner: { rule: Rule; match: RegExpExecArray } | undefined;
  for (const rule of rules) {
    const match = exec(rule.match ?? rule.begin ?? '', line, at);
    if (match && match[0] !== '' && (!winner || match.index < winner.match.index)) winner = { rule, match };
  }
  return winner;
}

function exec(pattern: string, line: string, at: number): RegExpExecArray | undefined {
  const expression = new RegExp(pattern, 'g');
  expression.lastIndex = at;
  return expression.exec(line) ?? undefined;
}

function flatten(grammar: Grammar, rules: readonly Rule[]): Rule[] {
  return rules.flatMap((rule) => {
    if (rule.include === undefined)
      return rule.match === undefined && rule.begin === undefined
        ? flatten(grammar, rule.patterns ?? [])
        : [rule];
    const target = grammar.repository[rule.include.slice(1)];
    if (!target) throw new Error(`no ${rule.include} in the grammar`);
    return flatten(grammar, [target]);
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
