// What agents call themselves, so that people need not read addresses.

import {read} from './api.js';
import {remember} from './elements.js';

const FRESH_MS = 60_000;
const LOADED_MAX = 1_000;

let loaded = null;
let loadedAt = -Infinity;

/** Resolves once the names of the agents are known, or cannot be; asks the kernel once a minute at most. */
export function named() {
  if (performance.now() - loadedAt > FRESH_MS) {
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
