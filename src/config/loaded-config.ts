import type { Diagnostic } from '../base/diagnostic.js';
import type { FileSystem } from '../base/file-system.js';
import type { Runtime, Value } from '../language/value.js';
import type { ClusterJobKey } from '../model/job-key.js';
import type { StructObject } from '../pystachio/struct-object.js';

/** What evaluation of a config may see and how far it may go; everything has a sensible default. */
export interface LoadOptions {
  /** `--bind NAME=VALUE`, in order: later ones win, and all win over `.bind()` in the file. */
  readonly bindings?: readonly string[];
  /** The file is JSON: `{"jobs": [...]}` or one bare job. */
  readonly readJson?: boolean;
  /** Given to a job that names no environment; absent leaves such a job without one. */
  readonly defaultEnvironment?: string;
  readonly fileSystem?: FileSystem;
  /** The process environment that the config reads. */
  readonly environment?: ReadonlyMap<string, string>;
  /** The operating-system user: `getpass.getuser()` and the owner of the job. */
  readonly user?: string;
  readonly workingDirectory?: string;
  /** Receives what `print` and `sys.stderr.write` produce. */
  readonly print?: (text: string, stream: 'stdout' | 'stderr') => void;
  /** Closes environment, clock, random and files outside the config's folder. */
  readonly hermetic?: boolean;
  /** `/` on ints is true division. */
  readonly python3?: boolean;
  /** Programs that `subprocess` may run, by name. */
  readonly allowRun?: readonly string[];
  /** A file evaluated before the config, giving a site's own helpers. */
  readonly prelude?: string;
  readonly budgets?: Budgets;
}

/** Overrides of the interpreter's limits. */
export interface Budgets {
  readonly steps?: number;
  readonly bytes?: number;
  readonly wallMs?: number;
}

/** A config file after it has run; its jobs are not yet interpolated. */
export interface LoadedConfig {
  readonly path: string;
  /** In the order of the list `jobs`, with `--bind` applied. */
  readonly jobs: readonly StructObject[];
  /** The list `hooks` of the file. */
  readonly hooks: readonly Value[];
  readonly warnings: Diagnostic[];
  readonly runtime: Runtime;
  /** Every global name of the file after it ran. */
  readonly globals: ReadonlyMap<string, Value>;
  readonly options: LoadOptions;
}

/** Which job to take: an absent part matches anything. */
export type JobSelector = { readonly [Part in keyof ClusterJobKey]?: string | undefined };
