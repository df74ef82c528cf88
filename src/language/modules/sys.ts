import type { Evaluator } from '../interpreter.js';
import type { Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { List } from '../values/list.js';
import { OutputStream } from '../values/output-stream.js';
import { Tuple } from '../values/tuple.js';
import { makeNamedTuple } from './named-tuple.js';
import { moduleNames } from './names.js';

/** `sys`: the program has no arguments, and its interpreter is this one. */
export function sysModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const version = runtime.python3 ? [3, 11, 0] : [2, 7, 18];
  const fields = ['major', 'minor', 'micro', 'releaselevel', 'serial'];
  const versionInfo = makeNamedTuple('version_info', fields, runtime).create(
    [...version, 'final', 0],
    runtime,
  );
  return moduleNames(
    [
      [
        'exit',
        '_status?',
        ([status]) => runtime.raiseException('SystemExit', status === undefined ? [] : [status]),
      ],
      ['exc_info', '', () => exceptionInfo(runtime)],
      ['getrecursionlimit', '', () => runtime.depthLimit],
      ['setrecursionlimit', '_limit', () => null],
      ['getdefaultencoding', '', () => 'utf-8'],
      ['setdefaultencoding', '_name', () => null],
      ['getfilesystemencoding', '', () => 'utf-8'],
      ['getsizeof', '_object _default?', () => 64],
    ],
    [
      ['argv', new List([''])],
      ['path', new List([])],
      ['modules', new Dict()],
      ['version_info', versionInfo],
      ['version', `${version.join('.')} (aurora)`],
      ['hexversion', runtime.python3 ? 0x030b00f0 : 0x020712f0],
      ['maxint', 9223372036854775807n],
      ['maxsize', 9223372036854775807n],
      ['maxunicode', 0x10ffff],
      ['platform', runtime.options.host.system.toLowerCase() === 'darwin' ? 'darwin' : 'linux2'],
      ['byteorder', 'little'],
      ['executable', ''],
      ['stdout', new OutputStream('stdout')],
      ['stderr', new OutputStream('stderr')],
    ],
  );
}

function exceptionInfo(runtime: Evaluator): Value {
  const error = runtime.handledException();
  if (error === undefined) return new Tuple([null, null, null]);
  return new Tuple([runtime.typeOf(error.exception), error.exception, null]);
}
