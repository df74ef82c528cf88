import { join } from 'node:path';
import { removeDirectory, type ControlFiles } from './control-files.js';

/** Every process in a cgroup and in those that the task has made inside; undefined when it is gone. */
export function readPids(files: ControlFiles, path: string): number[] | undefined {
  const own = files.read(join(path, 'cgroup.procs'));
  if (own === undefined) return undefined;
  const below = files.directories(path).flatMap((name) => readPids(files, join(path, name)) ?? []);
  return [
    ...own
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0),
    ...below,
  ];
}

/** A task may have made cgroups of its own: innermost first. True when nothing of it is left. */
export function removeTree(files: ControlFiles, path: string): boolean {
  if (!files.exists(path)) return true;
  for (const name of files.directories(path)) removeTree(files, join(path, name));
  return removeDirectory(files, path) || !files.exists(path);
}
