import { PyObject, type Runtime, type Value } from '../language/value.js';

/** A class that serves only to group functions: `Tasks.concat(...)`, `Units.resources_sum(...)`. */
export class NamespaceObject extends PyObject {
  constructor(
    private readonly name: string,
    private readonly members: ReadonlyMap<string, Value>,
  ) {
    super();
  }

  typeName(): string {
    return 'type';
  }

  override getAttribute(name: string, _runtime: Runtime): Value | undefined {
    return name === '__name__' ? this.name : this.members.get(name);
  }

  override attributeNames(): Iterable<string> {
    return this.members.keys();
  }

  override repr(): string {
    return `<class 'apache.thermos.config.schema_helpers.${this.name}'>`;
  }
}
