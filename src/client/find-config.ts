import { join } from 'node:path';
import type { FileSystem } from '../base/file-system.js';

/** Where a command without a config file looks for one, stage by stage: a match ends the search. */
export interface ConfigSearch {
  readonly files: FileSystem;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

export interface SearchStage {
  /** For messages: `*.aurora in /home/me` */
  readonly place: string;
  readonly paths: readonly string[];
}

/** Folders are not followed deeper than this, nor more files looked at: a search must end. */
const DEEPEST = 8;
const MOST_FILES = 1_000;

/**
 * `AURORA_CONFIG_PATH` (files or folders, separated by colons) replaces the two usual places: the working
 * directory's own `*.aurora` files, and all of them below its `configs/`.
 */
export function searchStages({ files, env, workingDirectory }: ConfigSearch): SearchStage[] {
  const chosen = env['AURORA_CONFIG_PATH'];
  if (chosen) {
    const paths = chosen.split(':').filter((path) => path !== '');
    return [
      {
        place: `AURORA_CONFIG_PATH (${chosen})`,
        paths: paths.flatMap((path) => {
          const full = path.startsWith('/') ? path : join(workingDirectory, path);
          return files.stat(full)?.kind === 'directory' ? filesBelow(full, files, DEEPEST) : [full];
        }),
      },
    ];
  }
  const configs = join(workingDirectory, 'configs');
  return [
    { place: `*.aurora in ${workingDirectory}`, paths: filesBelow(workingDirectory, files, 0) },
    { place: `*.aurora below ${configs}`, paths: filesBelow(configs, files, DEEPEST) },
  ].filter((stage) => stage.paths.length > 0);
}

function filesBelow(folder: string, files: FileSystem, depth: number): string[] {
  if (files.stat(folder)?.kind !== 'directory') return [];
  const found: string[] = [];
  for (const name of files.readDirectory(folder)) {
    if (found.length >= MOST_FILES) break;
    const path = join(folder, name);
    const kind = files.stat(path)?.kind;
    if (kind === 'file' && name.endsWith('.aurora')) found.push(path);
    else if (kind === 'directory' && depth > 0 && !name.startsWith('.') && name !== 'node_modules')
      found.push(...filesBelow(path, files, depth - 1));
  }
  return found.slice(0, MOST_FILES);
}
