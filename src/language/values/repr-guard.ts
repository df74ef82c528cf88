import type { PyObject, Runtime } from '../value.js';

const underWay = new WeakMap<Runtime, Set<PyObject>>();

/** The text of a container; a container inside itself shows as `inner`, as `[...]`. */
export function reprContainer(
  container: PyObject,
  inner: string,
  runtime: Runtime,
  text: () => string,
): string {
  let active = underWay.get(runtime);
  if (!active) underWay.set(runtime, (active = new Set()));
  if (active.has(container)) return inner;
  active.add(container);
  try {
    const result = runtime.nested(text);
    runtime.charge(1, result.length);
    return result;
  } finally {
    active.delete(container);
  }
}
