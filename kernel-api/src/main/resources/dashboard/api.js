// Asks the observation interface. In token mode the token is asked for once and traded for a cookie.

/** An answer that is not 2xx, or none at all (status 0). */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const dialog = document.getElementById('token-dialog');
const form = document.getElementById('token-form');
const input = document.getElementById('token-input');
const complaint = document.getElementById('token-problem');
let admission = null;

/** Reads JSON from the kernel; repeats once a session is there, or once there is room for a request in the rate limit again. */
export async function read(path, signal) {
  for (;;) {
    let response;
    try {
      response = await fetch(path, {signal, headers: {Accept: 'application/json'}});
    } catch (failure) {
      if (failure.name === 'AbortError') {
        throw failure;
      }
      throw new Refused(0, 'The kernel does not answer. The page goes on when it is back.');
    }
    if (response.status === 401) {
      await admitted();
      continue;
    }
    if (response.status === 429) {
      await pause(Number(response.headers.get('Retry-After')) || 1, signal);
      continue;
    }
    const body = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw new Refused(response.status, body.message ?? `The kernel answers ${response.status}.`);
    }
    return body;
  }
}

/** Resolves after some seconds; at once when the signal aborts, since the next request then tells. */
function pause(seconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    signal?.addEventListener('abort', end);
  });
}

/** Resolves once this browser may observe. */
export function admitted() {
  admission ??= new Promise((resolve) => {
    dialog.showModal();
    form.onsubmit = async (event) => {
      event.preventDefault();
      complaint.textContent = '';
      const response = await fetch('/observe/session', {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({token: input.value.trim()}),
      }).catch(() => null);
      if (response?.ok) {
        input.value = '';
        dialog.close();
        admission = null;
        resolve();
      } else {
        const body = await response?.json().catch(() => null);
        complaint.textContent = body?.message ?? 'The kernel does not answer.';
        input.select();
      }
    };
  });
  return admission;
}

dialog.addEventListener('cancel', (event) => event.preventDefault());

/** The path of the event log with parameters; empty ones are left out. */
export function eventsPath(parameters) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '') {
      query.set(key, value);
    }
  }
  return `/observe/events?${query}`;
}

/** Beyond every seq: the newest events come first. */
export const NEWEST = Number.MAX_SAFE_INTEGER;
