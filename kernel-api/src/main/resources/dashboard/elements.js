// Builds page elements. Text only ever becomes text nodes, so nothing that an agent says can become markup or script.

/** Makes an element. Attributes that are false, null or undefined are left out; functions become listeners. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') {
      made.addEventListener(key, value);
    } else if (value === true) {
      made.setAttribute(key, '');
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(key, String(value));
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const whole = new Intl.NumberFormat('en');
const clock = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit',
});

/** A number with separators; a dash where there is none. */
export function number(value) {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : whole.format(value);
}

export function bytes(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let rest = value;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${rest >= 100 || unit === 0 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

export function milliseconds(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  return value >= 100 ? `${Math.round(value)} ms` : `${value.toFixed(value >= 10 ? 1 : 2)} ms`;
}

/** The time of day where it is today, else with the date. */
export function time(text) {
  if (!text) {
    return '–';
  }
  const at = new Date(text);
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : dayAndClock.format(at);
}

const names = new Map();
const NAMES_MAX = 100_000;
let missed = false;

/** Remembers what an agent calls itself. */
export function remember(address, name) {
  if (name && (names.size < NAMES_MAX || names.has(address))) {
    names.set(address, String(name));
  }
}

/** What an agent calls itself, or its address shortened. */
export function nameOf(address) {
  const name = names.get(address);
  missed ||= name === undefined && Boolean(address);
  return name ?? (address?.length > 14 ? `${address.slice(0, 12)}…` : address ?? '–');
}

/** Whether a name was wanted since this was asked last and not known. */
export function wasMissed() {
  const was = missed;
  missed = false;
  return was;
}

/** The address of whoever is meant by a name or an address. */
export function addressOf(nameOrAddress) {
  const wanted = nameOrAddress.trim();
  if (names.has(wanted)) {
    return wanted;
  }
  const found = [...names].find(([, name]) => name.toLowerCase() === wanted.toLowerCase());
  return found ? found[0] : wanted;
}

export function agentLink(address) {
  return element('a', {href: `#/agents/${encodeURIComponent(address)}`, title: address}, nameOf(address));
}

/** Runs a step at most once for each frame that is drawn. */
export function onFrame(step) {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        step();
      });
    }
  };
}

/** What stands where there is nothing yet: what to do next. */
export function emptyState(sentence) {
  return element('div', {class: 'empty'},
      element('p', null, sentence),
      element('p', null, 'To see life at once, let a few agents play:'),
      element('pre', {tabindex: '0'}, `java -jar kernel-app.jar demo --url=${location.origin}`),
      element('p', null, 'Or take the guided tour: ', element('code', null, `KERNEL_URL=${location.origin} bash docs/tour.sh`),
          '. Everything an agent can do is ', element('a', {href: '/docs'}, 'described here'), '.'));
}

export function problem(failure) {
  return element('div', {class: 'notice', role: 'alert'}, failure.message ?? String(failure));
}

/** Says what failed in a place of its own, once: what changes there is read aloud. Leaving a view is no failure. */
export function complain(place, failure) {
  if (failure.name !== 'AbortError' && place.textContent !== failure.message) {
    place.replaceChildren(problem(failure));
  }
}

/** Sets a text where it is another: whatever is set may be read aloud. */
export function say(place, text) {
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

/**
 * A table in a region of its own that scrolls sideways. Columns whose name is in {@code numbers} are numbers. Rows are replaced in
 * {@code body}; the region stays, and with it the focus and the place to which it was scrolled.
 */
export function tableRegion(label, columns, numbers = []) {
  const body = element('tbody', null);
  const foot = element('tfoot', null);
  const root = element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label}, element('table', null,
      element('thead', null, element('tr', null, columns.map((name) =>
        element('th', {scope: 'col', class: numbers.includes(name) ? 'number' : null}, name)))),
      body, foot));
  return {root, body, foot};
}
