// One socket to the kernel for gauges and events. It reconnects with back-off; what was missed comes again, because the
// subscription names the last event that was seen.

import {admitted, read} from './api.js';

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 15_000;
const STALE_MS = 5_000;

const gaugeListeners = new Set();
const stateListeners = new Set();
let socket = null;
let retryMs = RETRY_FIRST_MS;
let heardAt = 0;
let state = 'connecting';
let feed = null;
let stopped = false;

/** The last gauges of up to ten minutes, oldest first. */
export const history = [];
const HISTORY_MAX = 600;

/** Calls with each second's gauges; returns what ends it. */
export function onGauges(listener) {
  gaugeListeners.add(listener);
  return () => gaugeListeners.delete(listener);
}

/** Calls with live, stale or away, now and when it changes. */
export function onState(listener) {
  stateListeners.add(listener);
  listener(state);
  return () => stateListeners.delete(listener);
}

/**
 * Follows the log: takes each page of events after {@code since} that pass the filter, and up to where the log was read.
 * There is one feed at a time; returns what ends it.
 */
export function follow(since, filter, take) {
  const mine = {since, filter, take};
  feed = mine;
  subscribe();
  return () => {
    if (feed === mine) {
      feed = null;
      send({type: 'unsubscribe'});
    }
  };
}

function subscribe() {
  if (feed) {
    send({type: 'subscribe', since: String(feed.since), types: feed.filter.types ?? [], agent: feed.filter.agent ?? ''});
  }
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify(message));
  }
}

function become(next) {
  if (state !== next) {
    state = next;
    stateListeners.forEach((listener) => listener(state));
  }
}

export function connect() {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  socket = new WebSocket(`${scheme}://${location.host}/ws/dashboard`);
  socket.onopen = () => {
    heardAt = performance.now();
    subscribe();
  };
  socket.onmessage = ({data}) => {
    heardAt = performance.now();
    retryMs = RETRY_FIRST_MS;
    become('live');
    hear(JSON.parse(data));
  };
  socket.onclose = () => {
    socket = null;
    become('away');
    if (!stopped) {
      setTimeout(reconnect, retryMs * (0.75 + Math.random() / 2));
      retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
    }
  };
}

async function reconnect() {
  // A handshake that is refused does not tell why; a request does, and asks for the token where one is needed.
  try {
    await read('/observe/health');
  } catch (failure) {
    if (failure.status === 401) {
      await admitted();
    }
  }
  connect();
}

function hear(message) {
  switch (message.type) {
    case 'gauges':
      history.push(message);
      if (history.length > HISTORY_MAX) {
        history.splice(0, history.length - HISTORY_MAX);
      }
      gaugeListeners.forEach((listener) => listener(message));
      break;
    case 'events':
      if (feed) {
        feed.since = Math.max(feed.since, message.reached);
        feed.take(message.events, message.reached);
      }
      break;
    default:
  }
}

setInterval(() => {
  if (socket?.readyState === WebSocket.OPEN && performance.now() - heardAt > STALE_MS) {
    become('stale');
  }
}, 1_000);

addEventListener('pagehide', () => {
  stopped = true;
  socket?.close();
});
addEventListener('pageshow', (event) => {
  if (event.persisted) {
    stopped = false;
    connect();
  }
});
