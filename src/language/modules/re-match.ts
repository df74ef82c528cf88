import type { Runtime, Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { toText } from '../values/index.js';
import { methodTable, type MethodTable } from '../values/method-table.js';
import { NativeObject } from '../values/native-object.js';
import { Tuple } from '../values/tuple.js';
import { characterIndex } from '../text/characters.js';
import type { Pattern } from './re-pattern.js';
import { expandTemplate } from './re-operations.js';

/** Where a pattern matched, and its groups. */
export class Match extends NativeObject {
  constructor(
    readonly pattern: Pattern,
    readonly text: string,
    /** UTF-16 places of group 0, 1, ...; undefined for a group that took no part. */
    readonly places: ReadonlyArray<readonly [start: number, end: number] | undefined>,
  ) {
    super();
  }

  typeName(): string {
    return 'SRE_Match';
  }

  get start(): number {
    return this.places[0]?.[0] ?? 0;
  }

  get end(): number {
    return this.places[0]?.[1] ?? 0;
  }

  protected methods(): MethodTable<never> {
    return matchMethods;
  }

  group(index: number): string | null {
    const place = this.places[index];
    return place ? this.text.slice(place[0], place[1]) : null;
  }

  groups(missing: Value): Value[] {
    return this.places.slice(1).map((_, i) => this.group(i + 1) ?? missing);
  }

  indexOf(group: Value | undefined, runtime: Runtime): number {
    if (group === undefined) return 0;
    const index = typeof group === 'string' ? this.pattern.names.get(group) : group;
    if (typeof index === 'number' && index >= 0 && index < this.places.length) return index;
    return runtime.raise('IndexError', 'no such group', {
      notes: [`the group asked for is ${runtime.repr(group)}`],
    });
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === 'string') return this.text;
    if (name === 're') return this.pattern;
    if (name === 'lastindex')
      return this.places.findLastIndex((place, i) => i > 0 && place !== undefined) || null;
    return super.getAttribute(name, runtime);
  }

  override getItem(index: Value, runtime: Runtime): Value {
    return this.group(this.indexOf(index, runtime));
  }
}

const matchMethods = methodTable<Match>([
  [
    'group',
    '*',
    (self, groups, runtime) => {
      const values = groups.map((group) => self.group(self.indexOf(group, runtime)));
      if (values.length === 0) return self.group(0);
      return values.length === 1 ? (values[0] ?? null) : new Tuple(values);
    },
  ],
  ['groups', 'default?', (self, [missing = null]) => new Tuple(self.groups(missing))],
  [
    'groupdict',
    'default?',
    (self, [missing = null], runtime) =>
      Dict.fromEntries(
        Array.from(self.pattern.names, ([name, index]) => [name, self.group(index) ?? missing] as const),
        runtime,
      ),
  ],
  ['start', '_group?', (self, [group], runtime) => edge(self, group, 0, runtime)],
  ['end', '_group?', (self, [group], runtime) => edge(self, group, 1, runtime)],
  [
    'span',
    '_group?',
    (self, [group], runtime) => new Tuple([edge(self, group, 0, runtime), edge(self, group, 1, runtime)]),
  ],
  [
    'expand',
    '_template',
    (self, [template], runtime) => expandTemplate(self, toText(template as Value, runtime), runtime),
  ],
]);

function edge(self: Match, group: Value | undefined, side: 0 | 1, runtime: Runtime): number {
  const place = self.places[self.indexOf(group, runtime)];
  return place ? characterIndex(self.text, place[side]) : -1;
}
