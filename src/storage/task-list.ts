import type { TaskEntry } from './store.js';

/** A task's place in the list of its status; undefined at the ends. */
export interface ListedTask extends TaskEntry {
  earlier: ListedTask | undefined;
  later: ListedTask | undefined;
}

/** Tasks of one status in the order in which they took it. */
export interface TasksInStatus extends Iterable<TaskEntry> {
  readonly size: number;
}

/**
 * The links are in the tasks themselves: a task moves from list to list at each transition, and a Set would pay a
 * hash table for that, which grows and is copied with millions of tasks. Not to be changed while it is walked.
 */
export class TaskList implements TasksInStatus {
  #first: ListedTask | undefined;
  #last: ListedTask | undefined;
  #size = 0;

  /** `active`: 1 for a status that counts as active, else 0. */
  constructor(readonly active: 0 | 1) {}

  get size(): number {
    return this.#size;
  }

  add(task: ListedTask): void {
    task.earlier = this.#last;
    task.later = undefined;
    if (this.#last) this.#last.later = task;
    else this.#first = task;
    this.#last = task;
    this.#size += 1;
  }

  /** The task is in this list. */
  remove(task: ListedTask): void {
    if (task.earlier) task.earlier.later = task.later;
    else this.#first = task.later;
    if (task.later) task.later.earlier = task.earlier;
    else this.#last = task.earlier;
    task.earlier = undefined;
    task.later = undefined;
    this.#size -= 1;
  }

  *[Symbol.iterator](): Iterator<TaskEntry> {
    for (let task = this.#first; task; task = task.later) yield task;
  }
}
