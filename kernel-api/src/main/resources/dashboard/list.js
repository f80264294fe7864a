// A list of any length that keeps no more rows in the page than one can see.

import {element, onFrame} from './elements.js';

const ROW_HEIGHT = 34;
const SPARE_ROWS = 8;

/**
 * Makes a list. {@code row(item)} makes the button of an item; items are told apart by {@code key(item)}. A button lasts as long as
 * its item: where other content comes for it, the content alone is made anew. Whoever is at a row stays there when rows move.
 */
export function virtualList({label, row, key}) {
  const space = element('div', {class: 'list-space'});
  const root = element('div', {class: 'list', tabindex: '0', role: 'region', 'aria-label': label}, space);
  let items = [];
  let shown = new Map();
  let marked = null;

  function render() {
    const focused = document.activeElement?.parentNode === space ? document.activeElement : null;
    space.style.height = `${items.length * ROW_HEIGHT}px`;
    const next = new Map();
    for (const index of placesShown(keyOf(focused))) {
      const item = items[index];
      const id = key(item);
      const made = madeFor(shown.get(id), item);
      made.setAttribute('aria-current', String(id === marked));
      made.style.top = `${index * ROW_HEIGHT}px`;
      next.set(id, {made, item});
    }
    for (const [id, {made}] of shown) {
      if (!next.has(id)) {
        made.remove();
      }
    }
    // In the order in which they are seen, since that is how they are read aloud and tabbed through.
    let place = space.firstChild;
    for (const {made} of next.values()) {
      if (made === place) {
        place = place.nextSibling;
      } else {
        space.insertBefore(made, place);
      }
    }
    shown = next;
    if (focused && document.activeElement !== focused) {
      (focused.isConnected ? focused : root).focus({preventScroll: true});
    }
  }

  /** The places of the rows that one sees, and of the one that has the focus. */
  function placesShown(held) {
    const first = Math.max(0, Math.floor(root.scrollTop / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(items.length, Math.ceil((root.scrollTop + root.clientHeight) / ROW_HEIGHT) + SPARE_ROWS);
    const places = Array.from({length: Math.max(0, last - first)}, (_, index) => first + index);
    if (held !== null && !places.some((index) => key(items[index]) === held)) {
      const index = items.findIndex((item) => key(item) === held);
      if (index >= 0) {
        places[index < first ? 'unshift' : 'push'](index);
      }
    }
    return places;
  }

  function madeFor(old, item) {
    if (!old) {
      return row(item);
    }
    if (old.item !== item && JSON.stringify(old.item) !== JSON.stringify(item)) {
      old.made.replaceChildren(...row(item).childNodes);
    }
    return old.made;
  }

  function keyOf(focused) {
    return focused ? [...shown].find(([, {made}]) => made === focused)?.[0] ?? null : null;
  }

  const draw = onFrame(render);
  root.addEventListener('scroll', draw, {passive: true});
  const resized = new ResizeObserver(draw);
  resized.observe(root);
  root.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const held = keyOf(document.activeElement);
    if (step === 0 || held === null) {
      return;
    }
    event.preventDefault();
    const index = items.findIndex((item) => key(item) === held) + step;
    if (index >= 0 && index < items.length) {
      root.scrollTop = Math.min(index * ROW_HEIGHT, Math.max(root.scrollTop, (index + 1) * ROW_HEIGHT - root.clientHeight));
      render();
      shown.get(key(items[index])).made.focus({preventScroll: true});
    }
  });
  return {
    root,
    /** Shows other items. */
    show(next) {
      items = next;
      draw();
    },
    /** Marks the row of an item as the one that is shown elsewhere; none by null. */
    mark(id) {
      marked = id;
      draw();
    },
    /** Keeps what one reads in place when rows come in above it. */
    shift(rows) {
      if (root.scrollTop >= ROW_HEIGHT) {
        root.scrollTop += rows * ROW_HEIGHT;
      }
    },
    toTop() {
      root.scrollTop = 0;
      draw();
    },
    end: () => resized.disconnect(),
  };
}
