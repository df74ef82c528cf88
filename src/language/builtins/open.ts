import { readRegularFile, resolvePath } from '../files.js';
import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import { FileObject } from '../values/file.js';
import { toText } from '../values/index.js';
import { plainOf } from '../values/plain-of.js';

/** `open(path, mode='r')`: reading only. Relative to the working directory, then to the file that calls. */
export function openFile([given, mode = 'r']: readonly Value[], base: Runtime): Value {
  const path = plainOf(given as Value);
  const runtime = base as Evaluator;
  if (typeof path !== 'string') {
    return runtime.raise(
      'TypeError',
      `coercing to Unicode: need string or buffer, ${runtime.typeName(path)} found`,
    );
  }
  const modeText = toText(mode, runtime);
  if (!/^(?:r[btU]*|U)$/.test(modeText)) {
    const isMode = /^[rwax][bt+U]*$/.test(modeText);
    return isMode
      ? runtime.raise(
          'IOError',
          `a configuration may only read files, not open '${path}' with mode '${modeText}'`,
          { code: 'refused' },
        )
      : runtime.raise(
          'ValueError',
          `mode string must begin with one of 'r', 'w', 'a' or 'U', not '${modeText}'`,
        );
  }
  const full = resolvePath(path, runtime.site().span.file.path, runtime);
  const text = readRegularFile(full, path, runtime);
  const isText = !modeText.includes('b') && (runtime.python3 || modeText.includes('U'));
  return new FileObject(path, modeText, isText ? text.replace(/\r\n?/g, '\n') : text);
}
