// The profile of one agent.

import {agentLink, bytes, element, nameOf, number, problem, remember, time} from './elements.js';
import {eventsPath, NEWEST, read} from './api.js';
import {line} from './chart.js';

const SLOTS = 60;
const RECENT_SHOWN = 25;

export function agent(content, {rest: address}) {
  const aborted = new AbortController();
  load().catch((failure) => {
    if (failure.name !== 'AbortError') {
      content.replaceChildren(element('h1', null, 'Agent'), problem(failure));
    }
  });

  async function load() {
    const detail = await read(`/observe/agents/${encodeURIComponent(address)}`, aborted.signal);
    remember(address, detail.profile?.name ?? detail.name);
    const {events} = await read(eventsPath({agent: address, before: NEWEST, limit: 500}), aborted.signal);
    const canvas = element('canvas', {class: 'chart', role: 'img', 'aria-label': 'Events over the time shown'});
    content.append(
        element('div', {class: 'head'}, element('h1', null, nameOf(address)), element('code', null, address)),
        element('dl', {class: 'tiles'},
            tile('Sent', number(detail.messages_sent)), tile('Received', number(detail.messages_received)),
            tile('Writes', number(detail.state_writes)),
            tile('Waiting in its queue', number(detail.queue?.messages), bytes(detail.queue?.content_bytes)),
            tile('Workers connected', number(detail.workers?.length ?? detail.workers)),
            tile('Webhook', detail.webhook?.status ?? (detail.has_webhook ? 'yes' : 'none')),
            tile('Last active', time(detail.last_active)), tile('Registered', time(detail.registered_at))),
        element('div', {class: 'columns'},
            element('div', {class: 'card'}, element('h2', null, `Its last ${events.length} events over time`), canvas,
                recent(events, address)),
            element('div', {class: 'card'},
                partners('Sends to', detail.sends_to), partners('Hears from', detail.receives_from),
                keys(detail.recent_keys))));
    draw(canvas, events);
  }

  return () => aborted.abort();
}

function tile(label, value, small) {
  return element('div', {class: 'tile'}, element('dt', null, label),
      element('dd', null, value, small ? element('small', null, small) : null));
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

function recent(events, address) {
  return element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Recent events'}, element('table', null,
      element('thead', null, element('tr', null, ['Time', 'What', 'About'].map((name) => element('th', {scope: 'col'}, name)))),
      element('tbody', null, events.slice(0, RECENT_SHOWN).map((event) => element('tr', null,
          element('td', {class: 'number'}, time(event.ts)),
          element('td', null, element('a', {href: `#/events?agent=${address}&seq=${event.seq}`}, event.type)),
          element('td', null, String(event.data.content ?? event.data.key ?? '').slice(0, 120)))))));
}

function partners(title, links = []) {
  return element('section', null, element('h2', null, title), links.length === 0
    ? element('p', {class: 'hint'}, 'Nobody yet.')
    : element('table', null, element('tbody', null, links.slice(0, 10).map((link) => element('tr', null,
        element('td', null, agentLink(link.address)), element('td', {class: 'number'}, number(link.count)))))));
}

function keys(list = []) {
  return element('section', null, element('h2', null, 'Keys it wrote last'), list.length === 0
    ? element('p', {class: 'hint'}, 'None.')
    : element('ul', null, list.slice(0, 12).map((key) => element('li', null,
        element('a', {href: `#/state?key=${encodeURIComponent(key)}`}, key)))));
}
