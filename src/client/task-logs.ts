import type { LogChunk, ProcessRun, TaskProcesses } from '../model/cluster.js';
import type { ClusterApi } from './cluster-api.js';

/** One stream of one run of a process, read from the agent piece by piece. */
export class LogReader {
  #offset = 0;

  constructor(
    private readonly api: ClusterApi,
    readonly taskId: string,
    readonly process: string,
    readonly run: number,
    readonly stream: 'stdout' | 'stderr',
  ) {}

  /** What has been written since the last call; `end` when the run is over and all of it was read. */
  async read(): Promise<LogChunk> {
    const chunk = (await this.api.get(`/cluster/v1/tasks/${encodeURIComponent(this.taskId)}/log`, [
      ['process', this.process],
      ['run', String(this.run)],
      ['stream', this.stream],
      ['offset', String(this.#offset)],
      ['length', String(PIECE_BYTES)],
    ])) as LogChunk;
    this.#offset = chunk.offset + chunk.length;
    return chunk;
  }
}

const PIECE_BYTES = 256 * 1024;

export async function processesOf(api: ClusterApi, taskId: string): Promise<readonly ProcessRun[]> {
  const answer = (await api.get(
    `/cluster/v1/tasks/${encodeURIComponent(taskId)}/processes`,
  )) as TaskProcesses;
  return answer.processes;
}
