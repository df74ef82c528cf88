import {
  bool,
  enumeration,
  float,
  instance,
  int,
  list,
  map,
  REQUIRED,
  struct,
  text,
} from './schema-builder.js';

/** The structs of Thermos: what one task is made of. One table a struct, fields in the order of `check()`. */
export const LoggerDestination = enumeration('LoggerDestination', 'file', 'console', 'both', 'none');
export const LoggerMode = enumeration('LoggerMode', 'standard', 'rotate');

/** Sizes in bytes. */
export const RotatePolicy = struct('RotatePolicy', [
  ['backups', int, 5],
  ['log_size', int, 104_857_600],
]);

export const Logger = struct('Logger', [
  ['destination', LoggerDestination, 'file'],
  ['rotate', RotatePolicy],
  ['mode', LoggerMode, 'standard'],
]);

/** cpu in cores, ram and disk in bytes. */
export const Resources = struct('Resources', [
  ['gpu', int, 0],
  ['disk', int, REQUIRED],
  ['ram', int, REQUIRED],
  ['cpu', float, REQUIRED],
]);

/** The processes named run one after the other. */
export const Constraint = struct('Constraint', [['order', list(text)]]);

/** `min_duration` in seconds; `max_failures` 0 means without limit. */
export const Process = struct('Process', [
  ['daemon', bool, false],
  ['name', text, REQUIRED],
  ['ephemeral', bool, false],
  ['max_failures', int, 1],
  ['min_duration', int, 5],
  ['cmdline', text, REQUIRED],
  ['logger', Logger],
  ['final', bool, false],
  ['resources', Resources],
]);

/** `finalization_wait` in seconds; `max_concurrency` 0 means without limit. */
export const Task = struct('Task', [
  ['processes', list(Process)],
  ['name', text, '{{processes[0].name}}'],
  ['finalization_wait', int, 30],
  ['max_failures', int, 1],
  ['user', text],
  ['max_concurrency', int, 0],
  ['resources', Resources],
  ['constraints', list(Constraint), []],
]);

export const ThermosContext = struct('ThermosContext', [
  ['ports', map(text, int)],
  ['task_id', text],
  ['user', text],
]);

/** The types by the names that a config uses. */
export const thermosTypes = {
  Process,
  Task,
  Constraint,
  Resources,
  Logger,
  RotatePolicy,
  ThermosContext,
  LoggerDestination,
  LoggerMode,
} as const;

/** What `SimpleTask` gives its task: one core, one GB of ram and of disk. */
export const SIMPLE_RESOURCES = instance(Resources, { cpu: 1, ram: 1_073_741_824, disk: 1_073_741_824 });
