import { join } from 'node:path';
import { probeCgroupV1, type V1Controller } from './cgroup-v1.js';
import { probeCgroupV2 } from './cgroup-v2.js';
import type { ControlFiles } from './control-files.js';
import { samplingIsolation, type Isolation } from './isolation.js';

/**
 * The best mechanism that really works here: the unified hierarchy, the separate ones, or sampling. Decided
 * by trying, since permission, delegation and mounts differ from what version numbers promise.
 */
export function probeIsolation(files: ControlFiles, agentName: string, pid: number): Isolation {
  const mounts = parseMounts(files.read('/proc/self/mountinfo') ?? '');
  const own = parseCgroups(files.read('/proc/self/cgroup') ?? '');
  const refused: string[] = [];
  const v2 = mounts.unified;
  if (v2 !== undefined) {
    const found = probeCgroupV2(files, v2, own.get('') ?? '/', pid);
    if (!('refused' in found)) return found;
    refused.push(found.refused);
  }
  const v1 = v1Directories(mounts.controllers, own);
  if (v1.size > 0) {
    const found = probeCgroupV1(files, v1, agentName);
    if (!('refused' in found)) return { ...found, report: { ...found.report, refused } };
    refused.push(found.refused);
  }
  if (mounts.unified === undefined && v1.size === 0) refused.push('no cgroup hierarchy is mounted');
  return samplingIsolation(refused);
}

interface Mounts {
  readonly unified: string | undefined;
  readonly controllers: ReadonlyMap<string, string>;
}

/** `ID PARENT MAJ:MIN ROOT MOUNT OPTIONS [FIELDS] - TYPE SOURCE SUPEROPTIONS`, see proc(5). */
function parseMounts(text: string): Mounts {
  let unified: string | undefined;
  const controllers = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [left, right] = line.split(' - ');
    const mount = left
      ?.split(' ')[4]
      ?.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
    const [type, , options] = (right ?? '').split(' ');
    if (mount === undefined) continue;
    if (type === 'cgroup2') unified ??= mount;
    if (type === 'cgroup') for (const name of (options ?? '').split(',')) controllers.set(name, mount);
  }
  return { unified, controllers };
}

/** `ID:CONTROLLERS:PATH`; the unified hierarchy has the empty name. */
function parseCgroups(text: string): Map<string, string> {
  const own = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    for (const name of match?.[1]?.split(',') ?? []) own.set(name, match?.[2] ?? '/');
  }
  return own;
}

function v1Directories(
  mounts: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
): Map<V1Controller, string> {
  const directories = new Map<V1Controller, string>();
  for (const controller of ['cpu', 'memory', 'pids'] as const) {
    const mount = mounts.get(controller);
    if (mount !== undefined) directories.set(controller, join(mount, own.get(controller) ?? '/'));
  }
  return directories;
}
