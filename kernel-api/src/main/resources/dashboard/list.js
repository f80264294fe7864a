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
  const draw = onFrame(() => {
    const first = Math.max(0, Math.floor(root.scrollTop / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(items.length, Math.ceil((root.scrollTop + root.clientHeight) / ROW_HEIGHT) + SPARE_ROWS);
    space.style.height = `${items.length * ROW_HEIGHT}px`;
    const next = new Map();
    for (let index = first; index < last; index++) {
      const id = key(items[index]);
      const made = shown.get(id) ?? row(items[index]);
      made.style.top = `${index * ROW_HEIGHT}px`;
      next.set(id, made);
      if (made.parentNode !== space) {
        space.append(made);
      }
    }
    for (const [id, old] of shown) {
      if (!next.has(id)) {
        old.remove();
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
      const top = parseFloat(focused.style.top) + step * ROW_HEIGHT;
      const neighbour = [...space.children].find((child) => parseFloat(child.style.top) === top);
      neighbour?.focus();
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
    atTop: () => root.scrollTop < ROW_HEIGHT,
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
