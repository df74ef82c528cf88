import type { Value } from '../language/value.js';
import { pystachioNames } from '../pystachio/predefined.js';
import { AURORA_EXECUTOR_NAME, auroraNames } from './aurora-schema.js';
import { optionNames } from './option-helpers.js';
import { taskHelperNames } from './task-helpers.js';
import { thermosTypes } from './thermos-schema.js';
import { unitNames } from './units.js';

const SIZES: ReadonlyArray<readonly [string, Value]> = [
  ['BYTES', 1],
  ['KB', 1024],
  ['MB', 1_048_576],
  ['GB', 1_073_741_824],
  ['TB', 1_099_511_627_776],
];

/** The names that a `.thermos` file finds: the templating layer, the structs of a task and their helpers. */
export function thermosNames(): Map<string, Value> {
  return new Map<string, Value>([
    ...pystachioNames(),
    ...SIZES,
    ...Object.entries(thermosTypes),
    ...taskHelperNames(),
    ...unitNames(),
    ...optionNames(),
  ]);
}

/** The names that a `.aurora` file finds; all may be shadowed. */
export function predefinedNames(): Map<string, Value> {
  return new Map<string, Value>([
    ...thermosNames(),
    ...Object.entries(auroraNames),
    ['AURORA_EXECUTOR_NAME', AURORA_EXECUTOR_NAME],
  ]);
}
