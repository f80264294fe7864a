// Keeps a view up to date: asks again and again, for as long as somebody looks.

import {onState} from './live.js';

const BUSY_SHARE = 20;
const REQUEST_MS = 600;

/**
 * Takes a step at once and then over and over, {@code pauseMs} after its end. A step that takes long pauses longer, so that it is
 * under way for a twentieth of the time at most; one that makes many requests, and resolves to their number, makes a hundred a
 * minute at most. Nothing is asked while nobody sees the page. When it is seen again, or the kernel is back, a step comes at once.
 * The step itself says what fails. Returns what ends it.
 */
export function repeat(step, pauseMs) {
  let timer = 0;
  let running = false;
  let due = false;
  let ended = false;
  let away = false;

  async function run() {
    clearTimeout(timer);
    due = running || document.hidden;
    if (ended || due) {
      return;
    }
    running = true;
    const began = performance.now();
    let requests = 0;
    try {
      requests = await step() ?? 0;
    } finally {
      running = false;
      if (!ended) {
        const took = performance.now() - began;
        timer = setTimeout(run, due ? 0 : Math.max(pauseMs, BUSY_SHARE * took, REQUEST_MS * requests));
      }
    }
  }

  function seen() {
    if (due && !document.hidden) {
      run();
    }
  }

  document.addEventListener('visibilitychange', seen);
  const off = onState((state) => {
    if (state === 'live' && away) {
      run();
    }
    away = state === 'away';
  });
  run();
  return () => {
    ended = true;
    clearTimeout(timer);
    off();
    document.removeEventListener('visibilitychange', seen);
  };
}
