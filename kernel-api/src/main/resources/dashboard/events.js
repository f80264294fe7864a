// The event log: live, in history, filtered.

import {addressOf, agentLink, complain, element, emptyState, nameOf, number, time} from './elements.js';
import {eventsPath, NEWEST, read} from './api.js';
import {kindOf, shortened, summary} from './event.js';
import {follow} from './live.js';
import {virtualList} from './list.js';
import {named} from './names.js';
import {repeat} from './repeat.js';

const KEPT_MAX = 2_000;
const PAGE = 200;
const EXPORTED_MAX = 50_000;
const LOOKED_AT_MS = 300;
const RETRY_MS = 5_000;
const TYPES = ['operator_created', 'agent_registered', 'agent_updated', 'agent_deregistered', 'token_rotated', 'message_sent',
  'message_delivered', 'message_expired', 'message_dead', 'state_written', 'state_deleted', 'state_read', 'registry_read',
  'content_removed'];

export function events(content, {parameters}) {
  const aborted = new AbortController();
  let kept = [];
  let held = [];
  let paused = parameters.has('at');
  let loading = 0;
  let loaded = false;
  let asked = false;
  let unfollow = () => {};
  let last = 0;
  let looking = 0;

  const type = element('select', {'aria-label': 'Type of event', change: () => restart()},
      element('option', {value: ''}, 'All types'), TYPES.map((name) => element('option', {value: name}, name)));
  type.value = parameters.get('type') ?? '';
  const agent = element('input', {
    type: 'search', placeholder: 'Agent: name or address', 'aria-label': 'Agent: name or address',
    value: parameters.get('agent') ?? '',
    change: () => restart(),
  });
  const text = element('input', {
    type: 'search', placeholder: 'Text in what is shown', 'aria-label': 'Text in what is shown',
    value: parameters.get('text') ?? '', input: () => show(),
  });
  const pause = element('button', {type: 'button', class: 'button', click: () => setPaused(!paused)}, 'Pause');
  const download = element('button', {type: 'button', class: 'button', click: () => exportAll()}, 'Export NDJSON');
  const count = element('span', {class: 'sub', role: 'status'}, '');
  const when = element('output', null, 'now');
  const scrubber = element('input', {
    type: 'range', min: 0, max: 1, value: 1, 'aria-label': 'Place in the history', change: () => travel(Number(scrubber.value)),
    input: () => {
      when.textContent = `event ${number(Number(scrubber.value))}`;
      clearTimeout(looking);
      looking = setTimeout(() => tellTime(Number(scrubber.value)), LOOKED_AT_MS);
    },
  });
  const list = virtualList({label: 'Events, newest first', key: (event) => event.seq, row: rowOf});
  const detail = element('aside', {class: 'card detail', 'aria-label': 'Event', hidden: true});
  const split = element('div', {class: 'split alone'}, list.root, detail);
  const notices = element('div', null);
  const empty = element('div', {class: 'card', hidden: true}, emptyState('The log is empty.'));
  content.append(
      element('div', {class: 'head'}, element('h1', null, 'Events'), count),
      element('div', {class: 'controls'}, type, agent, text, pause, element('span', {class: 'grow'}), download),
      element('div', {class: 'scrubber'}, element('span', null, 'History'), scrubber, when),
      notices, empty, split);

  function filter() {
    return {types: type.value ? [type.value] : [], agent: addressOf(agent.value)};
  }

  function query(more) {
    return eventsPath({type: type.value, agent: addressOf(agent.value), ...more});
  }

  function permalink(more = {}) {
    const kept = new URLSearchParams();
    for (const [key, value] of Object.entries({type: type.value, agent: agent.value.trim(), text: text.value, ...more})) {
      if (value) {
        kept.set(key, value);
      }
    }
    const query = kept.toString();
    history.replaceState(null, '', query ? `#/events?${query}` : '#/events');
  }

  function take(taken, reached) {
    const fresh = taken.map(shortened);
    last = Math.max(last, reached);
    scrubber.max = String(Math.max(1, last));
    if (paused) {
      held.push(...fresh);
      held = held.slice(-KEPT_MAX);
      label();
      return;
    }
    scrubber.value = scrubber.max;
    add(fresh);
  }

  function add(fresh) {
    const before = kept.length;
    // Newest first.
    kept = [...fresh.reverse(), ...kept].slice(0, KEPT_MAX);
    show();
    if (before > 0) {
      list.shift(matching(fresh).length);
    }
  }

  function matching(some) {
    const wanted = text.value.trim().toLowerCase();
    return wanted === '' ? some : some.filter((event) =>
      `${event.type} ${JSON.stringify(event.data)} ${nameOf(event.agent ?? '')}`.toLowerCase().includes(wanted));
  }

  function show() {
    const found = matching(kept);
    list.show(found);
    label();
    if (text.value !== (parameters.get('text') ?? '')) {
      permalink();
    }
  }

  function label() {
    pause.textContent = paused ? held.length > 0 ? `Catch up with ${number(held.length)} new` : 'Resume' : 'Pause';
    pause.setAttribute('aria-pressed', String(paused));
    count.textContent = last > 0 ? `${number(last)} in the log` : '';
  }

  function setPaused(next) {
    paused = next;
    if (!paused) {
      if (parameters.has('at') || when.textContent !== 'now') {
        parameters.delete('at');
        held = [];
        restart();
        return;
      }
      const caught = held;
      held = [];
      add(caught);
      list.toTop();
    }
    label();
  }

  function restart() {
    paused = false;
    when.textContent = 'now';
    return load();
  }

  /** Shows the newest events and follows the log from there. What is held back stays so. */
  async function load() {
    const mine = ++loading;
    loaded = false;
    unfollow();
    kept = [];
    held = [];
    permalink();
    await guarded(async () => {
      const page = await read(query({before: NEWEST, limit: PAGE}), aborted.signal);
      const newest = type.value || agent.value ? await lastSeq() : page.events[0]?.seq ?? 0;
      // Another filter may have been chosen since.
      if (mine !== loading) {
        return;
      }
      loaded = true;
      last = Math.max(newest, page.events[0]?.seq ?? 0);
      scrubber.max = String(Math.max(1, last));
      scrubber.value = scrubber.max;
      kept = page.events.map(shortened);
      show();
      showWhetherEmpty();
      unfollow = follow(page.events[0]?.seq ?? newest, filter(), (fresh, reached) => {
        take(fresh, reached);
        showWhetherEmpty();
      });
    });
  }

  function showWhetherEmpty() {
    empty.hidden = last > 0;
    split.hidden = last === 0;
  }

  async function lastSeq() {
    const page = await read(eventsPath({before: NEWEST, limit: 1}), aborted.signal);
    return page.events[0]?.seq ?? 0;
  }

  /** Says when it was while one still moves through the history. */
  async function tellTime(seq) {
    await guarded(async () => {
      const {events: [event]} = await read(eventsPath({since: seq - 1, limit: 1}), aborted.signal);
      if (event && Number(scrubber.value) === seq) {
        when.textContent = time(event.ts);
      }
    });
  }

  async function travel(seq) {
    clearTimeout(looking);
    if (seq >= last) {
      paused = false;
      await restart();
      return;
    }
    paused = true;
    permalink({at: seq});
    await guarded(async () => {
      const page = await read(query({before: seq + 1, limit: PAGE}), aborted.signal);
      kept = page.events.map(shortened);
      when.textContent = kept.length > 0 ? time(kept[0].ts) : 'before the first';
      scrubber.value = String(seq);
      list.toTop();
      show();
    });
  }

  async function guarded(step) {
    try {
      await step();
      notices.replaceChildren();
    } catch (failure) {
      complain(notices, failure);
    }
  }

  async function exportAll() {
    download.disabled = true;
    await guarded(async () => {
      const parts = [];
      let lines = 0;
      for (let since = 0, more = true; more && lines < EXPORTED_MAX;) {
        const response = await fetch(query({since, limit: 1000, format: 'ndjson'}), {signal: aborted.signal});
        if (!response.ok) {
          throw new Error(`The kernel answers ${response.status}; what was read so far is not enough for an export.`);
        }
        const part = await response.text();
        parts.push(part);
        lines += part.split('\n').length - 1;
        more = response.headers.get('X-Has-More') === 'true';
        since = Number(response.headers.get('X-Next-Cursor'));
      }
      const link = element('a', {download: 'events.ndjson', href: URL.createObjectURL(new Blob(parts))});
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
    download.disabled = false;
  }

  function rowOf(event) {
    return element('button', {type: 'button', class: 'row event', click: () => guarded(() => open(event))},
        element('span', {class: 'seq number sub'}, event.seq),
        element('span', {class: 'number'}, time(event.ts)),
        element('span', null, element('span', {class: `chip ${kindOf(event)}`}, event.type)),
        element('span', {class: 'who'}, event.agent ? nameOf(event.agent) : ''),
        element('span', {class: 'text'}, summary(event)));
  }

  async function open(shown) {
    const event = shown.shortened
      ? (await read(eventsPath({since: shown.seq - 1, limit: 1}), aborted.signal)).events[0] ?? shown
      : shown;
    split.classList.remove('alone');
    detail.hidden = false;
    permalink({seq: event.seq});
    detail.replaceChildren(
        element('h2', null, `Event ${event.seq}`),
        element('dl', null,
            element('dt', null, 'Type'), element('dd', null, event.type),
            element('dt', null, 'Time'), element('dd', {class: 'mono'}, event.ts),
            event.agent ? [element('dt', null, 'Agent'), element('dd', null, agentLink(event.agent))] : null,
            event.data.to ? [element('dt', null, 'To'), element('dd', null, agentLink(event.data.to))] : null,
            event.data.key ? [element('dt', null, 'Key'), element('dd', null,
                element('a', {href: `#/state?key=${encodeURIComponent(event.data.key)}`}, event.data.key))] : null),
        element('pre', {class: 'value', tabindex: '0', role: 'region', 'aria-label': 'The event as it is in the log'},
            JSON.stringify(event, null, 2)),
        element('p', {class: 'controls'},
            element('button', {type: 'button', class: 'button', click: close}, 'Close'),
            element('button', {type: 'button', class: 'button', click: () => travel(event.seq)}, 'What was around it'),
            element('a', {href: `#/events?seq=${event.seq}`}, 'Link')));
    list.mark(event.seq);
  }

  function close() {
    detail.hidden = true;
    split.classList.add('alone');
    list.mark(null);
    permalink();
  }

  function escape(event) {
    if (event.key === 'Escape' && !detail.hidden && !document.querySelector('dialog[open]')) {
      close();
    }
  }

  const at = Number(parameters.get('at'));
  const seq = Number(parameters.get('seq'));
  addEventListener('keydown', escape);

  /** Goes to where the address of the page leads, once. */
  async function goToAsked() {
    asked = true;
    if (at > 0) {
      await travel(at);
    }
    if (seq > 0) {
      await guarded(async () => {
        const {events: [event]} = await read(eventsPath({since: seq - 1, limit: 1}), aborted.signal);
        if (event?.seq !== seq) {
          throw new Error(`The log has no event ${number(seq)}, or no longer.`);
        }
        await open(event);
      });
    }
  }

  // Until the kernel has answered; what comes after that, it sends.
  const end = repeat(async () => {
    if (!loaded) {
      await named();
      await load();
    }
    if (loaded && !asked) {
      await goToAsked();
    }
  }, RETRY_MS);
  return () => {
    end();
    aborted.abort();
    clearTimeout(looking);
    removeEventListener('keydown', escape);
    unfollow();
    list.end();
  };
}
