import { PyObject, type Runtime, type Value } from '../value.js';
import { Dict } from './dict.js';

/** What `import` binds: names made when the module is first imported. */
export class ModuleObject extends PyObject {
  constructor(
    readonly name: string,
    readonly members: ReadonlyMap<string, Value>,
    readonly set?: (name: string, value: Value) => void,
  ) {
    super();
  }

  typeName(): string {
    return 'module';
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    const member = this.members.get(name);
    if (member !== undefined) return member;
    if (name === '__name__') return this.name;
    if (name === '__dict__') return Dict.fromEntries(this.members, runtime);
    return undefined;
  }

  override setAttribute(name: string, value: Value): boolean {
    if (!this.set) return false;
    this.set(name, value);
    return true;
  }

  override attributeNames(): Iterable<string> {
    return this.members.keys();
  }

  override repr(): string {
    return `<module '${this.name}'>`;
  }
}
