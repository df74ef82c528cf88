import { nearest } from '../base/nearest.js';
import type { CallSite, Runtime, Value } from '../language/value.js';
import { cannotCoerce } from './coerce.js';
import { PystachioError } from './pystachio-error.js';
import type { Origin } from './pystachio-type.js';
import { sequenceItems } from './python-values.js';
import { SimpleObject, SimpleType, unicodeRepr } from './simple.js';
import { parseTemplate } from './template.js';

/** `Enum('A', 'B')` or `Enum('Name', ('A', 'B'))`: text out of a list. Constants are checked at once. */
export class EnumType extends SimpleType {
  override readonly schema: string;

  constructor(
    name: string,
    readonly members: readonly string[],
    /** The name that the schema's documentation uses, where it differs: `Mode` for `Enum_RO_RW`. */
    readonly title = name,
  ) {
    super(
      name,
      (value, type, runtime) => {
        if (typeof value === 'string' && members.includes(value)) return value;
        throw cannotCoerce(value, type, runtime, `${runtime.str(value)} is not one of ${members.join(', ')}`);
      },
      (value) => typeof value === 'string' && members.includes(value),
      `in the enumeration (${members.join(', ')})`,
    );
    this.schema = `Enum ${name}(${members.map((member) => JSON.stringify(member)).join(',')})`;
  }

  override wrap(value: Value, origin: Origin | undefined, runtime: Runtime): SimpleObject {
    const templated = typeof value === 'string' && parseTemplate(value)?.hasRefs;
    if (!templated && !this.isCanonical(value)) {
      const meant = typeof value === 'string' ? nearest(value, this.members) : undefined;
      throw new PystachioError(
        'ValueError',
        `${this.name} only accepts the following values: ${this.members.join(', ')}`,
        {
          code: 'wrong-value',
          span: origin?.span(),
          notes: [`expected ${this.title} (${this.members.join(' or ')}), got ${runtime.repr(value)}`],
          suggestion: meant && `Did you mean "${meant}"?`,
        },
      );
    }
    return new SimpleObject(this, value, null);
  }

  protected override make(value: Value, site: CallSite, runtime: Runtime): SimpleObject {
    return this.wrap(value, { span: () => site.span, partSpan: () => undefined }, runtime);
  }

  override checkText(value: Value, runtime: Runtime): string {
    return `${unicodeRepr(value, runtime)} not ${this.noun}`;
  }
}

/** `Enum(...)` as a program calls it. */
export function makeEnum(args: readonly Value[], runtime: Runtime): EnumType {
  const [name, list] = args;
  const named =
    args.length === 2 && typeof name === 'string' ? sequenceItems(list as Value, runtime) : undefined;
  const members = (named ?? args).map((member) => {
    if (typeof member === 'string') return member;
    throw new PystachioError('TypeError', `an Enum holds texts, got ${runtime.repr(member)}`);
  });
  return new EnumType(named ? (name as string) : `Enum_${members.join('_')}`, members);
}
