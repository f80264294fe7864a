// A list of any length that keeps no more rows in the page than one can see.

import {element, onFrame} from './elements.js';

const ROW_HEIGHT = 34;
const SPARE_ROWS = 8;

/** Makes a list. {@code row(item)} makes the button of an item; items are told apart by {@code key(item)}. */
export function virtualList({label, row, key}) {
  const space = element('div', {class: 'list-space'});
  const root = element('div', {class: 'list', tabindex: '0', role: 'region', 'aria-label': label}, space);
  let items = [];
  let shown = new Map();
  let marked = null;
  const draw = onFrame(() => {
    const first = Math.max(0, Math.floor(root.scrollTop / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(items.length, Math.ceil((root.scrollTop + root.clientHeight) / ROW_HEIGHT) + SPARE_ROWS);
    space.style.height = `${items.length * ROW_HEIGHT}px`;
    const next = new Map();
    for (let index = first; index < last; index++) {
      const id = key(items[index]);
      const made = shown.get(id) ?? row(items[index]);
      made.setAttribute('aria-current', String(id === marked));
      made.style.top = `${index * ROW_HEIGHT}px`;
      next.set(id, made);
    }
    for (const [id, old] of shown) {
      if (!next.has(id)) {
        old.remove();
      }
    }
    // In the order in which they are seen, since that is how they are read aloud and tabbed through.
    let place = space.firstChild;
    for (const made of next.values()) {
      if (made === place) {
        place = place.nextSibling;
      } else {
        space.insertBefore(made, place);
      }
    }
    shown = next;
  });
  root.addEventListener('scroll', draw, {passive: true});
  const resized = new ResizeObserver(draw);
  resized.observe(root);
  root.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const focused = document.activeElement;
    if (step !== 0 && focused?.parentNode === space) {
      event.preventDefault();
      (step > 0 ? focused.nextElementSibling : focused.previousElementSibling)?.focus();
    }
  });
  return {
    root,
    /** Shows other items. */
    show(next) {
      items = next;
      draw();
    },
    /** Makes every visible row anew. */
    refresh() {
      shown.forEach((old) => old.remove());
      shown = new Map();
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
