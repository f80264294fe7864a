// The shared state: a tree of prefixes, a viewer, and the history of a key.

import {agentLink, complain, element, emptyState, number, onFrame, say, time} from './elements.js';
import {eventsPath, NEWEST, read} from './api.js';
import {follow} from './live.js';
import {named} from './names.js';
import {repeat} from './repeat.js';
import {branch} from './tree.js';

const CHANGES = ['state_written', 'state_deleted'];
const REMOVED = 'content_removed';
const PAGE = 1000;
const HISTORY_PAGES = 5;
const HISTORY_SHOWN = 50;
const REFRESH_MS = 5_000;

export function state(content, {parameters}) {
  const aborted = new AbortController();
  let viewed = null;
  let root = null;
  let unfollow = () => {};
  const count = element('span', {class: 'sub', role: 'status'}, '');
  const tree = element('nav', {class: 'tree', 'aria-label': 'Keys'});
  const empty = element('div', {hidden: true}, emptyState('No key has been written yet.'));
  const treeNotices = element('div', null);
  const notices = element('div', null);
  const viewer = element('section', {class: 'card detail', 'aria-label': 'Key'},
      element('p', {class: 'hint'}, 'Choose a key to see its value and its history.'));
  const prefix = element('input', {
    type: 'search', placeholder: 'Prefix', 'aria-label': 'Prefix', value: parameters.get('prefix') ?? '',
    change: () => browse(),
  });
  content.append(
      element('div', {class: 'head'}, element('h1', null, 'State'), count),
      element('div', {class: 'controls'}, prefix), treeNotices, notices,
      element('div', {class: 'columns reading'}, element('div', {class: 'card'}, empty, tree), viewer));

  async function guarded(place, step) {
    try {
      const answer = await step();
      place.replaceChildren();
      return answer;
    } catch (failure) {
      complain(place, failure);
      return undefined;
    }
  }

  /** Shows the tree below the prefix anew. */
  function browse() {
    root = branch(prefix.value, {signal: aborted.signal, view, guarded: (step) => guarded(treeNotices, step)});
    tree.replaceChildren(root.root);
    return refresh();
  }

  /** Brings the tree up to date as far as it is open; resolves to how many requests that took. */
  function refresh() {
    const mine = root;
    return guarded(treeNotices, async () => {
      await named();
      const {requests, total} = await mine.refresh();
      if (mine === root) {
        say(count, `${number(total)} keys`);
        empty.hidden = total > 0 || prefix.value !== '';
        root.mark(viewed?.key ?? null);
      }
      return requests;
    });
  }

  function view(key) {
    viewed = {key, shown: false, changed: false, entry: null, past: null};
    root.mark(key);
    history.replaceState(null, '', `#/state?${new URLSearchParams({prefix: prefix.value, key})}`);
    viewer.replaceChildren(element('h2', null, key));
    return present();
  }

  /** Shows the key and follows it from there. */
  async function present() {
    const mine = viewed;
    const {key} = mine;
    unfollow();
    await guarded(notices, async () => {
      const {last_seq: since} = await read('/observe/health', aborted.signal);
      const entry = await read(`/observe/state/${encodeURIComponent(key)}`, aborted.signal).catch((failure) => {
        if (failure.status !== 404) {
          throw failure;
        }
        return null;
      });
      const past = await historyOf(key);
      if (viewed !== mine) {
        return;
      }
      Object.assign(mine, {entry, past, shown: true});
      show(mine);
      unfollow = follow(since, {types: [...CHANGES, REMOVED]}, (fresh) => {
        const changes = fresh.filter((event) => event.data.key === key && event.seq > (mine.past.found[0]?.seq ?? 0));
        if (changes.length === 0 || viewed !== mine) {
          return;
        }
        if (changes.some(({type}) => type === REMOVED)) {
          // What was removed is gone from every version of it.
          present();
          return;
        }
        past.found = [...changes.reverse(), ...past.found].slice(0, HISTORY_SHOWN);
        const {type, agent, ts, data} = past.found[0];
        mine.entry = type === 'state_deleted' ? null : {value: data.value, last_modified_by: agent, last_modified_at: ts};
        mine.changed = true;
        showChanged();
      });
    });
  }

  const showChanged = onFrame(() => {
    // Whoever is at a link keeps it until they leave.
    if (viewed?.changed && !viewer.contains(document.activeElement)) {
      show(viewed);
    }
  });
  viewer.addEventListener('focusout', showChanged);

  function show({key, entry, past}) {
    viewed.changed = false;
    viewer.replaceChildren(element('h2', null, key),
        ...(entry ? shown(entry) : [element('p', {class: 'hint'}, 'This key is not there now.')]),
        element('h2', null, 'History'), changesOf(past));
  }

  /** The log has no index by key, so it is searched backwards, in pages, and not without end. */
  async function historyOf(key) {
    const found = [];
    let looked = 0;
    let before = NEWEST;
    for (let pages = 0; pages < HISTORY_PAGES && before > 1 && found.length < HISTORY_SHOWN; pages++) {
      const page = await read(eventsPath({type: CHANGES.join(), before, limit: PAGE}), aborted.signal);
      looked += page.events.length;
      found.push(...page.events.filter((event) => event.data.key === key));
      before = page.has_more ? Number(page.next_cursor ?? page.events.at(-1)?.seq ?? 1) : 0;
    }
    return {found: found.slice(0, HISTORY_SHOWN), looked};
  }

  let asked = parameters.get('key');
  const end = repeat(async () => {
    const requests = await (root ? refresh() : browse());
    if (asked) {
      const key = asked;
      asked = null;
      await view(key);
    } else if (viewed && !viewed.shown) {
      await present();
    }
    return requests;
  }, REFRESH_MS);
  return () => {
    end();
    aborted.abort();
    unfollow();
  };
}

function changesOf({found, looked}) {
  return found.length === 0
    ? element('p', {class: 'hint'}, `No change of it among the last ${number(looked)} writes and deletions of all keys.`)
    : element('table', null, element('tbody', null, found.map((event) => element('tr', null,
        element('td', {class: 'when'}, element('a', {href: `#/events?seq=${event.seq}`}, time(event.ts))),
        element('td', null, agentLink(event.agent ?? event.data.written_by)),
        element('td', {class: 'mono'}, event.type === 'state_deleted' ? 'deleted'
          : String(event.data.value ?? '').slice(0, 120))))));
}

function shown(entry) {
  let text = entry.value;
  let kind = 'text';
  try {
    const parsed = JSON.parse(text);
    if (parsed !== null && typeof parsed === 'object') {
      text = JSON.stringify(parsed, null, 2);
      kind = 'JSON';
    }
  } catch {
    // Not JSON, so shown as it is.
  }
  return [
    element('p', {class: 'sub'}, `${kind}, written by `, agentLink(entry.last_modified_by), ` at ${time(entry.last_modified_at)}`),
    element('pre', {class: 'value', tabindex: '0', role: 'region', 'aria-label': 'Value'}, text),
  ];
}
