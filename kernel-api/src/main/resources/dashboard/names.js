// What agents call themselves, so that people need not read addresses.

import {read} from './api.js';
import {remember, wasMissed} from './elements.js';

const FRESH_MS = 60_000;
const MISSED_FRESH_MS = 5_000;
const LOADED_MAX = 1_000;

let loaded = null;
let loadedAt = -Infinity;

/** Resolves once the names of the agents are known, or cannot be; asks the kernel once a minute, sooner where one is missed. */
export function named() {
  const age = performance.now() - loadedAt;
  if (age > FRESH_MS || (age > MISSED_FRESH_MS && wasMissed())) {
    loadedAt = performance.now();
    loaded = read(`/observe/agents?limit=${LOADED_MAX}`)
        .then(({agents}) => agents.forEach(learn))
        .catch(() => {
          // Addresses do as well.
          loadedAt = -Infinity;
        });
  }
  return loaded;
}

/** Remembers the name in an answer about an agent. */
export function learn({address, profile}) {
  remember(address, profile?.name);
}
