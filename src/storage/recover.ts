import type { Persistence } from './persistence.js';
import { Store } from './store.js';

/** The store as the last acknowledged commit left it. */
export function recoverStore(persistence: Persistence): Store {
  const store = new Store();
  for (const op of persistence.recover()) store.apply(op);
  return store;
}
