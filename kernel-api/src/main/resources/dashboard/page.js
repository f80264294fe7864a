// Frame of the page: which view is shown, the theme, and whether what is shown is live.

import {problem, time} from './elements.js';
import {connect, onState} from './live.js';
import {overview} from './overview.js';
import {events} from './events.js';
import {agents} from './agents.js';
import {agent} from './agent.js';
import {network} from './network.js';
import {state} from './state.js';
import {transparency} from './transparency.js';

const content = document.getElementById('content');
const tabs = document.querySelectorAll('#tabs a');
const live = document.getElementById('live');
const stale = document.getElementById('stale');
const liveText = document.getElementById('live-text');
const TEXTS = {connecting: 'Connecting', live: 'Live', stale: 'Stale', away: 'Reconnecting'};

let leave = () => {};

/** A view is made with its path's rest and parameters, and gives back what ends it. */
const VIEWS = [
  [/^\/$/, 'Overview', overview],
  [/^\/events$/, 'Events', events],
  [/^\/agents$/, 'Agents', agents],
  [/^\/agents\/(.+)$/, 'Agent', agent],
  [/^\/network$/, 'Network', network],
  [/^\/state$/, 'State', state],
  [/^\/transparency$/, 'Transparency', transparency],
];

function show() {
  const hash = location.hash.startsWith('#/') ? location.hash.slice(1) : '/';
  const [path, query = ''] = hash.split('?', 2);
  const found = VIEWS.map(([pattern, title, view]) => ({match: pattern.exec(path), title, view})).find(({match}) => match);
  leave();
  leave = () => {};
  content.replaceChildren();
  tabs.forEach((tab) => {
    const root = tab.getAttribute('href').slice(1);
    const current = root === '/' ? path === '/' : path === root || path.startsWith(`${root}/`);
    tab.toggleAttribute('aria-current', current);
    if (current) {
      tab.setAttribute('aria-current', 'page');
    }
  });
  if (!found) {
    content.append(problem(new Error('There is no such view.')));
    return;
  }
  document.title = `${found.title} · Agent Kernel`;
  leave = found.view(content, {
    rest: found.match[1] ? decoded(found.match[1]) : '',
    parameters: new URLSearchParams(query),
  }) ?? (() => {});
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

onState((state) => {
  live.dataset.state = state;
  liveText.textContent = TEXTS[state];
  // Once only: whatever changes here is read aloud.
  stale.hidden = state === 'live' || state === 'connecting';
  if (!stale.hidden && stale.textContent === '') {
    stale.textContent =
      `No word from the kernel since ${time(new Date())}: what you see is from then. The page reconnects by itself.`;
  } else if (stale.hidden) {
    stale.textContent = '';
  }
});

/** Canvases keep the colours that they were drawn with. */
function redraw() {
  dispatchEvent(new Event('resize'));
}

const THEMES = ['', 'light', 'dark'];
const themeButton = document.getElementById('theme');

function theme(name) {
  if (name) {
    document.documentElement.dataset.theme = name;
  } else {
    delete document.documentElement.dataset.theme;
  }
  themeButton.textContent = {light: 'Light', dark: 'Dark'}[name] ?? 'Auto';
  themeButton.setAttribute('aria-label', `Theme: ${themeButton.textContent}`);
}

function stored() {
  try {
    return localStorage.getItem('theme') ?? '';
  } catch {
    return '';
  }
}

theme(THEMES.includes(stored()) ? stored() : '');
themeButton.addEventListener('click', () => {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? '') + 1) % THEMES.length];
  theme(next);
  try {
    localStorage.setItem('theme', next);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  redraw();
});

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  content.focus();
});
addEventListener('hashchange', () => {
  show();
  content.focus({preventScroll: true});
  scrollTo(0, 0);
});
show();
connect();
