// The profile of one agent, as it changes.

import {agentLink, bytes, complain, element, nameOf, number, onFrame, time} from './elements.js';
import {eventsPath, NEWEST, read} from './api.js';
import {line} from './chart.js';
import {shortened, summary} from './event.js';
import {follow} from './live.js';
import {learn, named} from './names.js';
import {repeat} from './repeat.js';

const SLOTS = 60;
const KEPT_MAX = 500;
const RECENT_SHOWN = 25;
const REFRESH_MS = 2_000;
/** What others do to it, sending messages or pushing them, is no event of its own. */
const OTHERS_REFRESH_MS = 10_000;
const WEBHOOK_PAGES_MAX = 10;
const CIRCUITS = {closed: 'active', open: 'resting', half_open: 'tried again'};

export function agent(content, {rest: address}) {
  const aborted = new AbortController();
  const path = `/observe/agents/${encodeURIComponent(address)}`;
  const head = element('div', {class: 'head'}, element('h1', null, nameOf(address)));
  const about = element('p', {class: 'sub', hidden: true});
  const tiles = element('dl', {class: 'tiles'});
  const title = element('h2', null, 'Events over time');
  const canvas = element('canvas', {class: 'chart', role: 'img', 'aria-label': 'Events over the time shown'});
  const ends = element('p', {class: 'ends sub'});
  const recent = element('tbody', null);
  const around = element('div', {class: 'card'});
  const notices = element('div', null);
  const body = element('div', {hidden: true}, about, tiles, element('div', {class: 'columns'},
      element('div', {class: 'card'}, title, canvas, ends,
          element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Recent events'}, element('table', null,
              element('thead', null, element('tr', null,
                  ['Time', 'What', 'About'].map((name) => element('th', {scope: 'col'}, name)))), recent))),
      around));
  content.append(head, notices, body);
  let events = [];
  let following = false;
  let unfollow = () => {};
  let refresh = 0;
  let latest = null;
  let webhook = null;
  let webhookReadAt = -Infinity;

  const show = onFrame(() => {
    const {detail, workers} = latest;
    head.replaceChildren(element('h1', null, nameOf(address)), element('code', null, address),
        ...(detail.profile?.tags ?? []).map((tag) => element('span', {class: 'chip'}, tag)));
    about.textContent = detail.profile?.description ?? '';
    about.hidden = about.textContent === '';
    tiles.replaceChildren(
        tile('Sent', number(detail.messages_sent)), tile('Received', number(detail.messages_received)),
        tile('Writes', number(detail.state_writes)),
        tile('Waiting in its queue', number(detail.queue.messages), bytes(detail.queue.content_bytes)),
        tile('Workers connected', number(workers.length)),
        tile('Webhook', detail.has_webhook ? CIRCUITS[webhook?.circuit] ?? webhook?.circuit ?? 'set' : 'none',
            webhook?.failures_in_row > 0 ? `${number(webhook.failures_in_row)} failures in a row` : null),
        tile('Last active', time(detail.last_active)), tile('Registered', time(detail.registered_at)));
    // Whoever is at a link keeps it.
    if (!around.contains(document.activeElement)) {
      around.replaceChildren(partners('Sends to', detail.sends_to), partners('Hears from', detail.receives_from),
          keys(detail.recent_keys), connected(workers), ...(webhook ? [attempts(webhook)] : []));
    }
  });

  const tell = onFrame(() => {
    title.textContent = events.length < KEPT_MAX ? `Its ${number(events.length)} events over time`
      : `Its last ${number(events.length)} events over time`;
    ends.replaceChildren(element('span', null, time(events.at(-1)?.ts)), element('span', null, time(events[0]?.ts)));
    draw(canvas, events);
    if (!recent.contains(document.activeElement)) {
      recent.replaceChildren(...events.slice(0, RECENT_SHOWN).map((event) => element('tr', null,
          element('td', {class: 'when'}, time(event.ts)),
          element('td', null,
              element('a', {href: `#/events?${new URLSearchParams({agent: address, seq: event.seq})}`}, event.type)),
          element('td', null, summary(event).slice(0, 120)))));
    }
  });

  async function update() {
    const [detail, {presence}] = await Promise.all([read(path, aborted.signal), read('/observe/cluster', aborted.signal)]);
    if (detail.has_webhook && performance.now() - webhookReadAt > OTHERS_REFRESH_MS / 2) {
      webhookReadAt = performance.now();
      webhook = await webhookOf(address, aborted.signal).catch(() => null);
    }
    learn(detail);
    latest = {detail, workers: presence.filter((worker) => worker.address === address)};
    show();
  }

  async function load() {
    try {
      await named();
      await update();
      if (!following) {
        await begin();
      }
      notices.replaceChildren();
    } catch (failure) {
      complain(notices, failure);
    }
  }

  async function begin() {
    const page = await read(eventsPath({agent: address, before: NEWEST, limit: KEPT_MAX}), aborted.signal);
    events = page.events.map(shortened);
    body.hidden = false;
    tell();
    following = true;
    unfollow = follow(events[0]?.seq ?? 0, {agent: address}, (fresh) => {
      if (fresh.length > 0) {
        events = [...fresh.reverse().map(shortened), ...events].slice(0, KEPT_MAX);
        tell();
        refresh ||= setTimeout(() => {
          refresh = 0;
          load();
        }, REFRESH_MS);
      }
    });
  }

  const end = repeat(load, OTHERS_REFRESH_MS);
  addEventListener('resize', tell);
  return () => {
    end();
    aborted.abort();
    unfollow();
    clearTimeout(refresh);
    removeEventListener('resize', tell);
  };
}

/** How an agent's webhook fares; null where so many agents have one that it is not found in a few pages. */
async function webhookOf(address, signal) {
  let cursor = '';
  for (let pages = 0; pages < WEBHOOK_PAGES_MAX && cursor !== null; pages++) {
    const query = new URLSearchParams(cursor ? {limit: 1000, cursor} : {limit: 1000});
    const page = await read(`/observe/webhooks?${query}`, signal);
    const found = page.webhooks.find((webhook) => webhook.address === address);
    if (found) {
      return found;
    }
    cursor = page.next_cursor;
  }
  return null;
}

function tile(label, value, small) {
  return element('div', {class: 'tile'}, element('dt', null, label),
      element('dd', null, element('span', null, value), small ? element('small', null, small) : null));
}

function draw(canvas, events) {
  if (events.length < 2) {
    return;
  }
  const times = events.map(({ts}) => Date.parse(ts));
  const first = Math.min(...times);
  const span = Math.max(1, Math.max(...times) - first);
  const slots = new Array(SLOTS).fill(0);
  times.forEach((at) => slots[Math.min(SLOTS - 1, Math.floor(((at - first) / span) * SLOTS))]++);
  line(canvas, slots);
}

function partners(title, links) {
  return element('section', null, element('h2', null, title), links.length === 0
    ? element('p', {class: 'hint'}, 'Nobody yet.')
    : element('table', null, element('tbody', null, links.slice(0, 10).map((link) => element('tr', null,
        element('td', null, agentLink(link.address)), element('td', {class: 'number'}, number(link.count)))))));
}

function keys(list) {
  return element('section', null, element('h2', null, 'Keys it wrote last'), list.length === 0
    ? element('p', {class: 'hint'}, 'None.')
    : element('ul', null, list.slice(0, 12).map((key) => element('li', null,
        element('a', {href: `#/state?${new URLSearchParams({key})}`}, key)))));
}

function connected(workers) {
  return element('section', null, element('h2', null, 'Connected workers'), workers.length === 0
    ? element('p', {class: 'hint'}, 'None: it fetches its messages, or has them pushed.')
    : element('table', null, element('tbody', null, workers.map((worker) => element('tr', null,
        element('td', null, worker.worker_id), element('td', null, worker.replica),
        element('td', {class: 'number'}, `since ${time(worker.connected_at)}`))))));
}

function attempts({attempts: tried}) {
  return element('section', null, element('h2', null, 'Last attempts of its webhook'), tried.length === 0
    ? element('p', {class: 'hint'}, 'Nothing was pushed yet.')
    : element('table', null, element('tbody', null, tried.map((attempt) => element('tr', null,
        element('td', {class: 'when'}, time(attempt.at)), element('td', null, attempt.outcome),
        element('td', {class: 'number'}, attempt.status ?? ''))))));
}
