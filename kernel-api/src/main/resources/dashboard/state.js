// The shared state: a tree of prefixes, a viewer, and the history of a key.

import {agentLink, bytes, element, emptyState, number, problem, time} from './elements.js';
import {eventsPath, NEWEST, read} from './api.js';

const PAGE = 1000;
const HISTORY_PAGES = 5;

export function state(content, {parameters}) {
  const aborted = new AbortController();
  const count = element('span', {class: 'sub', role: 'status'}, '');
  const tree = element('nav', {class: 'tree', 'aria-label': 'Keys'});
  const viewer = element('section', {class: 'card detail', 'aria-label': 'Value'},
      element('p', {class: 'hint'}, 'Choose a key to see its value and its history.'));
  const prefix = element('input', {
    type: 'search', placeholder: 'Prefix', 'aria-label': 'Prefix', value: parameters.get('prefix') ?? '',
    change: () => browse(),
  });
  content.append(
      element('div', {class: 'head'}, element('h1', null, 'State'), count),
      element('div', {class: 'controls'}, prefix),
      element('div', {class: 'columns'}, element('div', {class: 'card'}, tree), viewer));

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

  /** Lists what is directly below a prefix; what lies deeper becomes a folder that opens. */
  async function branch(place, below, cursor = '') {
    const query = new URLSearchParams({prefix: below, limit: PAGE});
    if (cursor) {
      query.set('cursor', cursor);
    }
    const page = await read(`/observe/state?${query}`, aborted.signal);
    const folders = new Map();
    const list = element('ul', null);
    for (const entry of page.keys) {
      const slash = entry.key.indexOf('/', below.length);
      if (slash >= 0 && slash < entry.key.length - 1) {
        const name = entry.key.slice(0, slash + 1);
        if (!folders.has(name)) {
          const item = folder(name, below);
          folders.set(name, item);
          list.append(item.root);
        }
        folders.get(name).counted();
      } else {
        list.append(element('li', null, element('button', {type: 'button', click: (event) => view(entry.key, event.target)},
            entry.key.slice(below.length) || '(the key itself)', ' ',
            element('span', {class: 'sub'}, bytes(entry.value_length)))));
      }
    }
    place.append(list);
    if (page.next_cursor) {
      const more = element('button', {type: 'button', class: 'button', click: () => {
        more.remove();
        guarded(place, () => branch(place, below, page.next_cursor));
      }}, 'More');
      place.append(more);
    }
    return page.total;
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
    tree.querySelectorAll('[aria-current]').forEach((old) => old.removeAttribute('aria-current'));
    button?.setAttribute('aria-current', 'true');
    history.replaceState(null, '', `#/state?${new URLSearchParams({prefix: prefix.value, key})}`);
    viewer.replaceChildren(element('h2', null, key));
    await guarded(viewer, async () => {
      const entry = await read(`/observe/state/${encodeURIComponent(key)}`, aborted.signal).catch((failure) => {
        if (failure.status !== 404) {
          throw failure;
        }
        return null;
      });
      const past = element('div', null, element('p', {class: 'hint'}, 'Reading the history…'));
      viewer.replaceChildren(element('h2', null, key),
          ...(entry ? shown(entry) : [element('p', {class: 'hint'}, 'This key is not there now.')]),
          element('h2', null, 'History'), past);
      await tell(past, key);
    });
  }

  /** The log is searched backwards, in pages, and not without end. */
  async function tell(place, key) {
    const found = [];
    let before = NEWEST;
    for (let pages = 0; pages < HISTORY_PAGES && before > 1; pages++) {
      const page = await read(eventsPath({type: 'state_written,state_deleted', before, limit: PAGE}), aborted.signal);
      found.push(...page.events.filter((event) => event.data.key === key));
      before = page.has_more ? Number(page.next_cursor ?? page.events.at(-1)?.seq ?? 1) : 0;
    }
    place.replaceChildren(
        found.length === 0 ? element('p', {class: 'hint'}, 'No change of it among the latest ones.')
          : element('table', null, element('tbody', null, found.slice(0, 50).map((event) => element('tr', null,
              element('td', {class: 'number'}, element('a', {href: `#/events?seq=${event.seq}`}, time(event.ts))),
              element('td', null, agentLink(event.agent ?? event.data.written_by)),
              element('td', {class: 'mono'}, event.type === 'state_deleted' ? 'deleted'
                : String(event.data.value ?? '').slice(0, 120)))))));
  }

  browse().then(() => {
    if (parameters.get('key')) {
      view(parameters.get('key'));
    }
  });
  return () => aborted.abort();
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
    element('pre', {class: 'value', tabindex: '0', 'aria-label': 'Value'}, text),
  ];
}
