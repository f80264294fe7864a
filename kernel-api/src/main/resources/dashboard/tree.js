// One level of the tree of keys, and the levels below it that are open. It is brought up to date in place.

import {bytes, element, say} from './elements.js';
import {read} from './api.js';

const PAGE = 1000;
const PAGES_AT_ONCE = 10;

/**
 * Lists what is directly below a prefix; what lies deeper becomes a folder that opens. Nothing is read before {@code refresh}.
 * {@code view(key)} shows a key that is chosen; {@code guarded(step)} takes a step and says what fails.
 */
export function branch(below, {signal, view, guarded}) {
  const list = element('ul', null);
  const more = element('button', {
    type: 'button', class: 'button', hidden: true, click: () => guarded(() => inTurn(readOn)),
  }, 'More');
  const root = element('div', null, list, more);
  let shown = new Map();
  let found = new Map();
  let cursor = '';
  let pages = 0;
  let total = 0;
  let marked = null;
  let turn = Promise.resolve();

  async function readPage(into, from) {
    const query = new URLSearchParams({prefix: below, limit: PAGE});
    if (from) {
      query.set('cursor', from);
    }
    const page = await read(`/observe/state?${query}`, signal);
    for (const {key, value_length: length} of page.keys) {
      const slash = key.indexOf('/', below.length);
      if (slash < 0 || slash === key.length - 1) {
        into.set(`key ${key}`, {key, length});
      } else {
        // A key may end with a slash and have the name of a folder.
        const id = `folder ${key.slice(0, slash + 1)}`;
        into.set(id, {folder: key.slice(0, slash + 1), keys: (into.get(id)?.keys ?? 0) + 1});
      }
    }
    total = page.total;
    return page.next_cursor ?? null;
  }

  /** Reads on until something new is seen: one folder may hold more keys than a page. */
  async function readOn() {
    const before = found.size;
    for (let taken = 0; taken < PAGES_AT_ONCE && cursor !== null && found.size === before; taken++) {
      cursor = await readPage(found, cursor);
      pages++;
    }
    draw();
  }

  /** Reads again what was read, and what is open below; resolves to how many requests that took, and how many keys there are. */
  async function refresh() {
    const fresh = new Map();
    let next = '';
    let taken = 0;
    while (next !== null && taken < Math.max(1, pages)) {
      next = await readPage(fresh, next);
      taken++;
    }
    found = fresh;
    cursor = next;
    pages = taken;
    draw();
    let requests = taken;
    for (const {inside} of shown.values()) {
      requests += inside?.() ? (await inside().refresh()).requests : 0;
    }
    return {requests, total};
  }

  /** What stays keeps its elements, and with them the focus. Keys come in one order only, so none changes places. */
  function draw() {
    const next = new Map();
    for (const [id, what] of found) {
      const made = shown.get(id) ?? (what.folder ? folder(what.folder) : leaf(what.key));
      made.tell(what);
      next.set(id, made);
    }
    for (const [id, old] of shown) {
      if (!next.has(id)) {
        old.root.remove();
      }
    }
    let place = list.firstChild;
    for (const {root: made} of next.values()) {
      if (made === place) {
        place = place.nextSibling;
      } else {
        list.insertBefore(made, place);
      }
    }
    shown = next;
    more.hidden = cursor === null;
    mark(marked);
  }

  function leaf(key) {
    const length = element('span', {class: 'sub'});
    const button = element('button', {type: 'button', title: key, click: () => view(key)},
        key.slice(below.length) || '(the key itself)', ' ', length);
    return {
      root: element('li', null, button),
      tell: (what) => say(length, bytes(what.length)),
      mark: (chosen) => {
        if (key === chosen) {
          button.setAttribute('aria-current', 'true');
        } else {
          button.removeAttribute('aria-current');
        }
      },
    };
  }

  function folder(name) {
    const keys = element('span', {class: 'sub'});
    const place = element('div', {hidden: true});
    let inside = null;
    const toggle = element('button', {type: 'button', class: 'folder', 'aria-expanded': 'false', click: () => {
      const open = toggle.getAttribute('aria-expanded') !== 'true';
      toggle.setAttribute('aria-expanded', String(open));
      place.hidden = !open;
      inside = open ? branch(name, {signal, view, guarded}) : null;
      place.replaceChildren(...(open ? [inside.root] : []));
      if (open) {
        inside.mark(marked);
        guarded(() => inside.refresh());
      }
    }}, name.slice(below.length), ' ', keys);
    return {
      root: element('li', null, toggle, place),
      tell: (what) => say(keys, String(what.keys)),
      mark: (chosen) => inside?.mark(chosen),
      inside: () => inside,
    };
  }

  /** Marks the key that is shown elsewhere, wherever in the tree it is. */
  function mark(key) {
    marked = key;
    shown.forEach((made) => made.mark(key));
  }

  /** One after the other: each goes on from what the last has read. */
  function inTurn(step) {
    const mine = turn.then(step);
    turn = mine.catch(() => {});
    return mine;
  }

  return {root, refresh: () => inTurn(refresh), mark};
}
