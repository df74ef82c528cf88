import { below, type Random } from '../../src/base/random.js';
import { formatJobKey, type JobKey } from '../../src/model/job-key.js';
import type { Response } from '../../src/model/response.js';
import { ACTIVE_STATES } from '../../src/model/scheduled-task.js';
import type { Store } from '../../src/storage/store.js';
import type { ApiArguments, ApiMethod } from '../../src/thrift/api.js';
import { jobConfiguration } from '../rig/job-configuration.js';

/** What a client knows of a job: `maybe-` while no answer has said whether the change took effect. */
export interface LedgerJob {
  readonly key: JobKey;
  readonly instances: number;
  /** In the command line of the job's processes only. */
  readonly mark: string;
  state: 'maybe-live' | 'live' | 'maybe-killed' | 'killed' | 'never';
}

type Call = <M extends ApiMethod>(method: M, args: ApiArguments[M]) => Promise<Response>;

export interface Change {
  readonly what: string;
  send(call: Call): Promise<Response>;
  acknowledged(): void;
  unanswered(): void;
}

const MOST_LIVE_JOBS = 8;
const ROLE = 'web';

/** The clients' side of the story, to be compared with the store's. */
export class Ledger {
  readonly jobs: LedgerJob[] = [];
  acknowledged = 0;
  unknown = 0;
  #quota = 0;
  #maybeQuota: number | undefined;
  #quotaIsBusy = false;

  constructor(private readonly markPrefix: string) {}

  nextChange(random: Random): Change {
    const live = this.jobs.filter(({ state }) => state === 'live');
    const kind = below(random, 4);
    const job = live[below(random, Math.max(1, live.length))];
    if (kind === 0 && !this.#quotaIsBusy) return this.#setQuota(1 + below(random, 1000));
    return job && (kind === 1 || live.length >= MOST_LIVE_JOBS)
      ? this.#kill(job)
      : this.#create(1 + below(random, 3));
  }

  /** What the store lacks, has by halves, or has too much of; after it, nothing is open any more. */
  compare(store: Store): string[] {
    const problems = this.jobs.flatMap((job) => compareJob(job, store));
    const stored = store.quotas.get(ROLE)?.resources.find((resource) => 'ramMb' in resource);
    const ramMb = stored && 'ramMb' in stored ? stored.ramMb : 0;
    if (ramMb !== this.#quota && ramMb !== this.#maybeQuota)
      problems.push(`I1: the quota is ${ramMb}, acknowledged was ${this.#quota}`);
    this.#quota = ramMb;
    this.#maybeQuota = undefined;
    this.#quotaIsBusy = false;
    return problems;
  }

  #create(instances: number): Change {
    const number = this.jobs.length;
    const key = { role: ROLE, environment: 'devel', name: `job-${number}` };
    const mark = `${this.markPrefix}${String(number).padStart(5, '0')}`;
    const job: LedgerJob = { key, instances, mark, state: 'maybe-live' };
    this.jobs.push(job);
    const description = jobConfiguration(key, { instances, cmdline: `exec sleep ${mark}` });
    return this.#change(
      `create ${key.name}`,
      (call) => call('createJob', { description }),
      () => {
        job.state = 'live';
      },
    );
  }

  #kill(job: LedgerJob): Change {
    job.state = 'maybe-killed';
    return this.#change(
      `kill ${job.key.name}`,
      (call) => call('killTasks', { job: job.key }),
      () => {
        job.state = 'killed';
      },
    );
  }

  #setQuota(ramMb: number): Change {
    this.#maybeQuota = ramMb;
    this.#quotaIsBusy = true;
    const quota = { resources: [{ numCpus: 1 }, { ramMb }, { diskMb: 1 }] };
    return this.#change(
      'set quota',
      (call) => call('setQuota', { ownerRole: ROLE, quota }),
      () => {
        this.#quota = ramMb;
        this.#maybeQuota = undefined;
        this.#quotaIsBusy = false;
      },
    );
  }

  #change(what: string, send: Change['send'], done: () => void): Change {
    return {
      what,
      send,
      acknowledged: () => {
        this.acknowledged++;
        done();
      },
      unanswered: () => {
        this.unknown++;
      },
    };
  }
}

/** A service keeps its number of active tasks whatever happens to them; a kill takes all at once. */
function compareJob(job: LedgerJob, store: Store): string[] {
  const entries = [...store.entriesOfJob(formatJobKey(job.key))];
  const wanted = entries.filter(
    ({ task }) => ACTIVE_STATES.has(task.status) && task.status !== 'KILLING',
  ).length;
  const { name } = job.key;
  const { state, instances } = job;
  if (wanted !== 0 && wanted !== instances)
    return [`I2: ${name} (${state}) has ${wanted} of ${instances} instances: ${statuses(entries)}`];
  if (state === 'live' && wanted === 0)
    return [`I1: ${name} was acknowledged and is gone: ${statuses(entries)}`];
  if (state === 'killed' && wanted > 0) return [`I1: the kill of ${name} was acknowledged and is lost`];
  if (state === 'maybe-killed' || state === 'killed') job.state = wanted > 0 ? 'live' : 'killed';
  else if (state === 'maybe-live') job.state = wanted > 0 ? 'live' : 'never';
  return [];
}

function statuses(entries: ReadonlyArray<{ readonly task: { readonly status: string } }>): string {
  return entries.map(({ task }) => task.status).join(' ');
}
