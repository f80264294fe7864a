// The shared state: a tree of prefixes, a viewer, and the history of a key.

import {agentLink, bytes, element, emptyState, number, problem, time} from './elements.js';
import {eventsPath, NEWEST, read} from './api.js';
import {follow} from './live.js';
import {named} from './names.js';

const CHANGES = ['state_written', 'state_deleted'];
const PAGE = 1000;
const PAGES_AT_ONCE = 10;
const HISTORY_PAGES = 5;
const HISTORY_SHOWN = 50;

export function state(content, {parameters}) {
  const aborted = new AbortController();
  let viewed = null;
  let unfollow = () => {};
  const count = element('span', {class: 'sub', role: 'status'}, '');
  const tree = element('nav', {class: 'tree', 'aria-label': 'Keys'});
  const viewer = element('section', {class: 'card detail', 'aria-label': 'Key'},
      element('p', {class: 'hint'}, 'Choose a key to see its value and its history.'));
  const prefix = element('input', {
    type: 'search', placeholder: 'Prefix', 'aria-label': 'Prefix', value: parameters.get('prefix') ?? '',
    change: () => browse(),
  });
  content.append(
      element('div', {class: 'head'}, element('h1', null, 'State'), count),
      element('div', {class: 'controls'}, prefix,
          element('button', {type: 'button', class: 'button', click: () => browse()}, 'Refresh')),
      element('div', {class: 'columns reading'}, element('div', {class: 'card'}, tree), viewer));

  async function guarded(place, step) {
    try {
      await step();
    } catch (failure) {
      if (failure.name !== 'AbortError') {
        place.replaceChildren(problem(failure));
      }
    }
  }

  function browse() {
    tree.replaceChildren();
    return guarded(tree, async () => {
      const total = await branch(tree, prefix.value);
      count.textContent = `${number(total)} keys`;
      if (total === 0 && prefix.value === '') {
        tree.replaceChildren(emptyState('No key has been written yet.'));
      }
    });
  }

  /** Lists what is directly below a prefix; what lies deeper becomes a folder that opens. Resolves to how many keys there are. */
  async function branch(place, below) {
    const folders = new Map();
    const list = element('ul', null);
    const more = element('button', {
      type: 'button', class: 'button', hidden: true, click: () => guarded(place, () => next()),
    }, 'More');
    let cursor = '';
    let total = 0;
    place.append(list, more);

    function put({key, value_length: length}) {
      const slash = key.indexOf('/', below.length);
      if (slash < 0 || slash === key.length - 1) {
        list.append(element('li', null, element('button', {
          type: 'button', title: key, click: (event) => view(key, event.currentTarget),
        }, key.slice(below.length) || '(the key itself)', ' ', element('span', {class: 'sub'}, bytes(length)))));
        return;
      }
      const name = key.slice(0, slash + 1);
      if (!folders.has(name)) {
        folders.set(name, folder(name, below));
        list.append(folders.get(name).root);
      }
      folders.get(name).counted();
    }

    /** Reads on until something new is seen: one folder may hold more keys than a page. */
    async function next() {
      const before = list.childElementCount;
      for (let pages = 0; pages < PAGES_AT_ONCE && cursor !== null && list.childElementCount === before; pages++) {
        const query = new URLSearchParams({prefix: below, limit: PAGE});
        if (cursor) {
          query.set('cursor', cursor);
        }
        const page = await read(`/observe/state?${query}`, aborted.signal);
        page.keys.forEach(put);
        cursor = page.next_cursor ?? null;
        total = page.total;
      }
      more.hidden = cursor === null;
    }

    await next();
    return total;
  }

  function folder(name, below) {
    let keys = 0;
    const number = element('span', {class: 'sub'}, '');
    const root = element('li', null);
    const inside = element('div', {hidden: true});
    const toggle = element('button', {type: 'button', class: 'folder', 'aria-expanded': 'false', click: () => {
      const open = toggle.getAttribute('aria-expanded') !== 'true';
      toggle.setAttribute('aria-expanded', String(open));
      inside.hidden = !open;
      if (open && inside.childElementCount === 0) {
        guarded(inside, () => branch(inside, name));
      }
    }}, name.slice(below.length), ' ', number);
    root.append(toggle, inside);
    return {root, counted: () => {
      number.textContent = String(++keys);
    }};
  }

  async function view(key, button) {
    const mine = Symbol(key);
    viewed = mine;
    tree.querySelectorAll('button').forEach((other) => other.toggleAttribute('aria-current', false));
    (button ?? [...tree.querySelectorAll('button')].find(({title}) => title === key))?.setAttribute('aria-current', 'true');
    history.replaceState(null, '', `#/state?${new URLSearchParams({prefix: prefix.value, key})}`);
    viewer.replaceChildren(element('h2', null, key));
    unfollow();
    await guarded(viewer, async () => {
      const {last_seq: since} = await read('/observe/health', aborted.signal);
      let entry = await read(`/observe/state/${encodeURIComponent(key)}`, aborted.signal).catch((failure) => {
        if (failure.status !== 404) {
          throw failure;
        }
        return null;
      });
      const past = await historyOf(key);
      if (viewed !== mine) {
        return;
      }
      show(key, entry, past);
      unfollow = follow(since, {types: CHANGES}, (fresh) => {
        const changes = fresh.filter((event) => event.data.key === key && event.seq > (past.found[0]?.seq ?? 0));
        if (changes.length > 0 && viewed === mine) {
          past.found = [...changes.reverse(), ...past.found].slice(0, HISTORY_SHOWN);
          const {type, agent, ts, data} = past.found[0];
          entry = type === 'state_deleted' ? null : {value: data.value, last_modified_by: agent, last_modified_at: ts};
          // Whoever is at a link keeps it until they leave.
          if (!viewer.contains(document.activeElement)) {
            show(key, entry, past);
          }
        }
      });
    });
  }

  function show(key, entry, past) {
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

  named().then(browse).then(() => {
    if (parameters.get('key')) {
      view(parameters.get('key'));
    }
  });
  return () => {
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
