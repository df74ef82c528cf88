import { PyObject, type Runtime, type Value } from '../language/value.js';

/** The class that stands for "unset": programs compare with `is Empty` and assign it to unset a field. */
class EmptyClass extends PyObject {
  typeName(): string {
    return 'type';
  }

  override repr(): string {
    return "<class 'pystachio.composite.Empty'>";
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === '__name__') return 'Empty';
    return runtime.raise('AttributeError', `type object 'Empty' has no attribute '${name}'`, {
      notes: ['Empty stands for a field that is not set'],
      suggestion: `Ask first: x.has_field(), or "if x.field() is not Empty".`,
      code: 'unset-field',
    });
  }

  override dictKey(): string {
    return '\0Empty';
  }

  override isInstance(): boolean {
    return false;
  }
}

export const EMPTY: PyObject = new EmptyClass();
