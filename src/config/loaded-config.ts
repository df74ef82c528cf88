import type { Diagnostic } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import type { Budgets } from '../language/budget.js';
import type { Evaluation } from '../language/evaluate-options.js';
import type { Host } from '../language/host.js';
import type { Value } from '../language/value.js';
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
  /** The machine that the config sees: environment, files, account. `localMachine()` of base in the shells. */
  readonly host: Host;
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
  readonly budgets?: Partial<Budgets>;
  /** Told of wrong fields, which are then left out; absent, the first one ends the evaluation. */
  readonly onMistake?: (diagnostic: Diagnostic) => void;
  /** Further names that the file finds. */
  readonly globals?: ReadonlyMap<string, Value>;
}

/** A config file after it has run; its jobs are not yet interpolated. */
export interface LoadedConfig {
  readonly path: string;
  readonly source: SourceFile;
  /** In the order of the list `jobs`, with `--bind` applied. */
  readonly jobs: readonly StructObject[];
  /** The list `hooks` of the file. */
  readonly hooks: readonly Value[];
  readonly warnings: Diagnostic[];
  readonly evaluation: Evaluation;
  readonly options: LoadOptions;
}

/** Which job to take: an absent part matches anything. */
export type JobSelector = { readonly [Part in keyof ClusterJobKey]?: string | undefined };
