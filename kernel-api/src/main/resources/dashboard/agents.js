// All agents: searchable, sortable, of any number.

import {complain, element, emptyState, nameOf, number, say, time} from './elements.js';
import {read} from './api.js';
import {virtualList} from './list.js';
import {learn} from './names.js';
import {repeat} from './repeat.js';

const PAGE = 1000;
const REFRESH_MS = 5_000;
const SHOWN_EVERY_MS = 1_000;

const COLUMNS = [
  ['name', 'Agent'],
  ['messages_sent', 'Sent'],
  ['messages_received', 'Received'],
  ['state_writes', 'Writes'],
  ['last_active', 'Last active'],
  ['registered_at', 'Registered'],
];

export function agents(content, {parameters}) {
  const aborted = new AbortController();
  let all = [];
  let sorted = [];
  let order = COLUMNS.some(([key]) => key === parameters.get('sort')) ? parameters.get('sort') : 'last_active';
  const search = element('input', {
    type: 'search', placeholder: 'Name or address', 'aria-label': 'Search agents', value: parameters.get('q') ?? '',
    input: () => show(),
  });
  const count = element('span', {class: 'sub', role: 'status'}, 'Loading…');
  const heads = COLUMNS.map(([key, label]) => element('button', {type: 'button', click: () => {
    sort(key);
    list.toTop();
  }}, label));
  const list = virtualList({
    label: 'Agents',
    key: (agent) => agent.address,
    row: (agent) => element('button', {
      type: 'button', class: 'row agent-row', title: agent.address,
      click: () => {
        location.hash = `#/agents/${encodeURIComponent(agent.address)}`;
      },
    },
    element('span', null, nameOf(agent.address), element('span', {class: 'aside sub'},
        [agent.address, ...(agent.profile?.tags ?? [])].join(' · '))),
    element('span', {class: 'number'}, number(agent.messages_sent)),
    element('span', {class: 'number'}, number(agent.messages_received)),
    element('span', {class: 'number'}, number(agent.state_writes)),
    element('span', {class: 'number'}, time(agent.last_active)),
    element('span', {class: 'number'}, time(agent.registered_at))),
  });
  const nobody = element('p', {class: 'empty', hidden: true}, 'No agent matches.');
  const empty = element('div', {class: 'card', hidden: true}, emptyState('No agent has registered yet.'));
  const notices = element('div', null);
  const body = element('div', null, element('div', {class: 'agent-head'}, heads), nobody, list.root);
  content.append(
      element('div', {class: 'head'}, element('h1', null, 'Agents'), count),
      element('div', {class: 'controls'}, search), notices, empty, body);

  function sort(key) {
    order = key;
    sorted = [...all].sort(comparison(order));
    heads.forEach((head, index) => head.setAttribute('aria-pressed', String(COLUMNS[index][0] === order)));
    show();
  }

  function show() {
    const wanted = search.value.trim().toLowerCase();
    const found = wanted === '' ? sorted : sorted.filter(({address}) =>
      address.includes(wanted) || nameOf(address).toLowerCase().includes(wanted));
    say(count, found.length === all.length ? `${number(all.length)} registered`
      : `${number(found.length)} of ${number(all.length)}`);
    nobody.hidden = found.length > 0 || all.length === 0;
    list.show(found);
    const link = `#/agents?${new URLSearchParams({q: search.value, sort: order})}`;
    if (location.hash !== link) {
      history.replaceState(null, '', link);
    }
  }

  /** Loads all agents, page by page; resolves to how many requests that took. */
  async function load() {
    let requests = 0;
    try {
      const loaded = [];
      let shownAt = -Infinity;
      for (let cursor = ''; cursor !== null;) {
        requests++;
        const page = await read(`/observe/agents?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
            aborted.signal);
        page.agents.forEach(learn);
        loaded.push(...page.agents);
        cursor = page.next_cursor ?? null;
        // Sorting all after every page would take longer than loading them.
        if (loaded.length > all.length && performance.now() - shownAt > SHOWN_EVERY_MS) {
          shownAt = performance.now();
          all = [...loaded];
          sort(order);
        }
      }
      all = loaded;
      notices.replaceChildren();
      empty.hidden = all.length > 0;
      body.hidden = all.length === 0;
      sort(order);
    } catch (failure) {
      complain(notices, failure);
      // What was loaded before stays.
      say(count, all.length > 0 ? count.textContent : '');
    }
    return requests;
  }

  const end = repeat(load, REFRESH_MS);
  return () => {
    end();
    aborted.abort();
    list.end();
  };
}

function comparison(order) {
  switch (order) {
    case 'name': return (a, b) => (nameOf(a.address).toLowerCase() < nameOf(b.address).toLowerCase() ? -1 : 1);
    case 'last_active':
    case 'registered_at': return (a, b) => ((a[order] ?? '') < (b[order] ?? '') ? 1 : -1);
    default: return (a, b) => b[order] - a[order];
  }
}
