// The list of operations at the side, its filter, and the choice between light and dark.

import {element} from './elements.js';
import {methodElement} from './operation.js';

const THEMES = ['auto', 'light', 'dark'];
const THEME_KEY = 'agent-kernel-docs-theme';

/** Fills the navigation and makes it follow the reader. */
export function showNavigation(sections) {
  const list = document.getElementById('navigation-list');
  list.append(
      group('Overview', [plainLink('introduction', 'Introduction'), plainLink('errors', 'Errors')]),
      ...sections.map((section) => group(section.tag.name, section.operations.map(operationLink))));
  const links = [...list.querySelectorAll('a')];
  connectFilter(links);
  connectMenu(list);
  followReader(links);
}

/** Lets the reader choose a theme and remembers the choice. */
export function connectTheme() {
  const button = document.getElementById('theme-button');
  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  show(storedTheme());
  button.addEventListener('click', () => {
    const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
    show(next);
    storeTheme(next);
  });
}

function group(name, links) {
  return element('section', {class: 'group'}, element('h2', null, name),
      element('ul', null, links.map((link) => element('li', null, link))));
}

function plainLink(anchor, text) {
  return element('a', {href: `#${anchor}`, 'data-words': text.toLowerCase()}, text);
}

function operationLink(operation) {
  const words = [operation.method, operation.path, operation.summary, operation.operationId].join(' ').toLowerCase();
  return element('a', {href: `#${operation.operationId}`, 'data-words': words},
      methodElement(operation.method), element('span', null, operation.summary));
}

function connectFilter(links) {
  const filter = document.getElementById('filter');
  filter.addEventListener('input', () => {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    for (const link of links) {
      link.parentElement.hidden = !wanted.every((word) => link.dataset.words.includes(word));
    }
    for (const section of document.querySelectorAll('.group')) {
      section.hidden = section.querySelector('li:not([hidden])') === null;
    }
    document.getElementById('no-match').hidden = links.some((link) => !link.parentElement.hidden);
  });
  document.addEventListener('keydown', (event) => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName);
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      openMenu(true);
      filter.focus();
    }
  });
}

function connectMenu(list) {
  const button = document.getElementById('menu-button');
  button.addEventListener('click', () => openMenu(button.getAttribute('aria-expanded') !== 'true'));
  list.addEventListener('click', (event) => {
    if (event.target.closest('a')) {
      openMenu(false);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && button.getAttribute('aria-expanded') === 'true') {
      openMenu(false);
      button.focus();
    }
  });
}

function openMenu(open) {
  document.getElementById('menu-button').setAttribute('aria-expanded', String(open));
  document.getElementById('navigation').classList.toggle('opened', open);
}

function followReader(links) {
  const byAnchor = new Map(links.map((link) => [link.getAttribute('href').slice(1), link]));
  const visible = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        visible.add(entry.target.id);
      } else {
        visible.delete(entry.target.id);
      }
    }
    const current = [...byAnchor.keys()].find((anchor) => visible.has(anchor));
    if (current !== undefined) {
      markCurrent(byAnchor, current);
    }
  }, {rootMargin: '-80px 0px -60% 0px'});
  for (const anchor of byAnchor.keys()) {
    observer.observe(document.getElementById(anchor));
  }
}

function markCurrent(byAnchor, current) {
  for (const [anchor, link] of byAnchor) {
    if (anchor === current) {
      link.setAttribute('aria-current', 'true');
      keepInView(link);
    } else {
      link.removeAttribute('aria-current');
    }
  }
}

function keepInView(link) {
  const navigation = document.getElementById('navigation');
  const frame = navigation.getBoundingClientRect();
  const place = link.getBoundingClientRect();
  if (place.top < frame.top + 60 || place.bottom > frame.bottom - 20) {
    navigation.scrollTop += place.top - frame.top - frame.height / 3;
  }
}

function storedTheme() {
  try {
    const stored = localStorage.getItem(THEME_KEY);
    return THEMES.includes(stored) ? stored : 'auto';
  } catch {
    // A browser that keeps nothing for this page still shows it.
    return 'auto';
  }
}

function storeTheme(theme) {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}
