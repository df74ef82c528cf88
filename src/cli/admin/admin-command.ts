import type { Response } from '../../model/response.js';
import { ClusterFileError, UnknownClusterError } from '../../client/cluster.js';
import type { Cluster } from '../../client/cluster.js';
import { detailsText, type SchedulerClient } from '../../client/scheduler-client.js';
import type { Arguments } from '../argument-parser.js';
import { flag, type Option } from '../argument-spec.js';
import type { Console } from '../console.js';
import type { Host } from '../context.js';
import { clustersOf, connectTo } from '../scheduler-session.js';

/** One `aurora_admin` command. */
export interface AdminCommand {
  readonly name: string;
  /** Arguments as the usage line shows them, options and all; may take several lines. */
  readonly usage: string;
  readonly description: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list holds options of every type
  readonly options: ReadonlyArray<Option<any>>;
  /** How many arguments it takes, at least and at most. */
  readonly counts: readonly [least: number, most: number];
  readonly run: (session: AdminSession) => Promise<void>;
}

/** Every failure of an administrator's command ends it with code 1 and one line of log. */
export class AdminError extends Error {
  override readonly name = 'AdminError';

  constructor(
    message: string,
    /** The message is on stderr already. */
    readonly shown = false,
  ) {
    super(message);
  }
}

export const bypassOption = flag(
  ['--bypass-leader-redirect'],
  "Bypass the scheduler's leader redirect filter. [default: False]",
);

/** What a command works with: its arguments, and the scheduler of the cluster that the first of them names. */
export class AdminSession {
  constructor(
    readonly host: Host,
    readonly console: Console,
    readonly args: Arguments,
    readonly words: readonly string[],
  ) {}

  word(index: number): string {
    return this.words[index] ?? '';
  }

  async cluster(): Promise<Cluster> {
    const name = this.word(0);
    try {
      return await clustersOf(this.host).get(name);
    } catch (error) {
      if (error instanceof ClusterFileError) throw new AdminError(error.message);
      if (!(error instanceof UnknownClusterError)) throw error;
      const named = clustersOf(this.host).remoteNames();
      const known = named.length > 0 ? named : error.known;
      throw new AdminError(`Unknown cluster: ${name}. Known clusters: ${known.join(', ')}`);
    }
  }

  async connect(): Promise<SchedulerClient> {
    return connectTo(this, await this.cluster(), {
      userAgent: 'Aurora Admin',
      bypassLeaderRedirect: this.args.get(bypassOption),
    });
  }

  /** Logs what the scheduler said, and fails unless that was OK. */
  check(response: Response): void {
    this.console.info(
      `Response from scheduler: ${response.responseCode} (message: ${detailsText(response)})`,
    );
    if (response.responseCode !== 'OK') throw new AdminError(detailsText(response), true);
  }
}

/** A set as Python 2 shows it; sorted here, in no order there. */
export function setText(items: Iterable<string>, prefix = ''): string {
  return `set([${[...items]
    .sort()
    .map((item) => `${prefix}'${item}'`)
    .join(', ')}])`;
}
