import type { Database, Statement } from 'libsql';

/** A database of which one call fails as SQLite's calls do, before it has done anything or after all was done. */
export class FailingDatabase {
  hasFailed = false;
  #calls = 0;

  constructor(
    private readonly code: string,
    /** From 0. */
    private readonly failing: number,
    private readonly carriedOut: boolean,
  ) {}

  wrap(inner: Database): Database {
    return new Proxy(inner, {
      get: (target, name) => {
        if (name === 'exec') return (sql: string) => this.#call(() => target.exec(sql));
        if (name === 'prepare') return (sql: string) => this.#wrapStatement(target.prepare(sql));
        if (name === 'close') return () => target.close();
        if (name === 'inTransaction') return target.inTransaction;
        throw new Error(`the store calls ${String(name)}, which does not fail yet`);
      },
    });
  }

  #wrapStatement(inner: Statement): Statement {
    return new Proxy(inner, {
      get: (target, name) => {
        if (name === 'run') return (...values: unknown[]) => this.#call(() => target.run(...values));
        if (name === 'get') return (...values: unknown[]) => this.#call(() => target.get(...values));
        if (name === 'all') return (...values: unknown[]) => this.#call(() => target.all(...values));
        throw new Error(`the store calls ${String(name)}, which does not fail yet`);
      },
    });
  }

  #call<T>(work: () => T): T {
    if (this.#calls++ !== this.failing) return work();
    this.hasFailed = true;
    if (this.carriedOut) work();
    throw Object.assign(new Error('disk I/O error'), { code: this.code });
  }
}
