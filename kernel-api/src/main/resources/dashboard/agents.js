// All agents: searchable, sortable, of any number.

import {element, emptyState, nameOf, number, problem, remember, time} from './elements.js';
import {read} from './api.js';
import {virtualList} from './list.js';

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
  let order = parameters.get('sort') ?? 'last_active';
  const search = element('input', {
    type: 'search', placeholder: 'Name or address', 'aria-label': 'Search agents', value: parameters.get('q') ?? '',
    input: () => show(),
  });
  const count = element('span', {class: 'sub', role: 'status'}, 'Loading…');
  const heads = COLUMNS.map(([key, label]) => element('button', {type: 'button', click: () => {
    order = key;
    show();
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
    element('span', null, nameOf(agent.address)),
    element('span', {class: 'number'}, number(agent.messages_sent)),
    element('span', {class: 'number'}, number(agent.messages_received)),
    element('span', {class: 'number'}, number(agent.state_writes)),
    element('span', {class: 'number'}, time(agent.last_active)),
    element('span', {class: 'number'}, time(agent.registered_at))),
  });
  const body = element('div', null, element('div', {class: 'agent-head'}, heads), list.root);
  content.append(
      element('div', {class: 'head'}, element('h1', null, 'Agents'), count),
      element('div', {class: 'controls'}, search,
          element('button', {type: 'button', class: 'button', click: () => load()}, 'Refresh')),
      body);

  function show() {
    const wanted = search.value.trim().toLowerCase();
    const found = wanted === '' ? [...all] : all.filter(({address}) =>
      address.includes(wanted) || nameOf(address).toLowerCase().includes(wanted));
    const numeric = ['messages_sent', 'messages_received', 'state_writes'].includes(order);
    found.sort((a, b) => numeric ? b[order] - a[order]
      : order === 'name' ? (nameOf(a.address) < nameOf(b.address) ? -1 : 1)
        : (a[order] ?? '') < (b[order] ?? '') ? 1 : -1);
    heads.forEach((head, index) => head.setAttribute('aria-pressed', String(COLUMNS[index][0] === order)));
    count.textContent = found.length === all.length ? `${number(all.length)} registered`
      : `${number(found.length)} of ${number(all.length)}`;
    list.show(found);
    list.refresh();
    history.replaceState(null, '', `#/agents?${new URLSearchParams({q: search.value, sort: order})}`);
  }

  async function load() {
    try {
      const loaded = [];
      for (let cursor = ''; cursor !== null;) {
        const page = await read(`/observe/agents?limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
            aborted.signal);
        page.agents.forEach((agent) => remember(agent.address, agent.profile?.name ?? agent.name));
        loaded.push(...page.agents);
        cursor = page.next_cursor ?? null;
        if (loaded.length > all.length) {
          all = [...loaded];
          show();
        }
      }
      all = loaded;
      show();
      if (all.length === 0) {
        body.replaceChildren(element('div', {class: 'card'}, emptyState('No agent has registered yet.')));
      }
    } catch (failure) {
      if (failure.name !== 'AbortError') {
        count.textContent = '';
        body.before(problem(failure));
      }
    }
  }

  load();
  return () => {
    aborted.abort();
    list.end();
  };
}
