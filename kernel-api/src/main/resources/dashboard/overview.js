// The overview: what there is, how fast it goes, what comes first to its limit.

import {bytes, complain, element, emptyState, milliseconds, number, onFrame, say, tableRegion, time} from './elements.js';
import {read} from './api.js';
import {line} from './chart.js';
import {history, onGauges} from './live.js';
import {repeat} from './repeat.js';

/** Name of a gauge, label, format. What all replicas share comes first. */
const TILES = [
  ['agents', 'Agents', number],
  ['queued', 'Messages waiting', number],
  ['state_keys', 'State keys', number],
  ['state_bytes', 'State', bytes],
  ['events_per_second', 'Events per second', (value) => (value < 10 ? value.toFixed(1) : number(Math.round(value)))],
  ['messages', 'Messages sent', number],
  ['commit_p99_ms', 'Commit p99', milliseconds],
  ['append_p99_ms', 'Log append p99', milliseconds],
  ['gathering', 'Changes gathering', number],
  ['sockets', 'Open sockets', number],
  ['heap_bytes', 'Heap in use', bytes],
];
/** What the replica that answers tells of itself alone; of the messages, what it took since it started. */
const OWN = ['messages', 'commit_p99_ms', 'append_p99_ms', 'gathering', 'sockets', 'heap_bytes'];
const JUDGED_BY = {commit_p99_ms: 'Storage commit', append_p99_ms: 'Event log'};
const SCALING_MS = 10_000;
const SHOWN = 180;

export function overview(content) {
  const tiles = new Map();
  const list = element('dl', {class: 'tiles'}, TILES.map(([name, label]) => {
    const value = element('span', null, '–');
    const note = element('small', null);
    const canvas = element('canvas', {'aria-hidden': 'true'});
    const tile = element('div', {class: 'tile', hidden: true}, element('dt', null, label),
        element('dd', null, value, note, canvas));
    tiles.set(name, {tile, value, note, canvas, ceiling: undefined});
    return tile;
  }));
  const workers = element('span', null);
  const workersNote = element('small', null);
  const connected = element('div', {class: 'tile', hidden: true}, element('dt', null, 'Workers connected'),
      element('dd', null, workers, workersNote));
  list.append(connected);
  const empty = element('div', {hidden: true}, element('div', {class: 'card'}, emptyState('Nothing has happened here yet.')));
  const notices = element('div', null, element('p', {class: 'hint'}, 'Measuring…'));
  const verdictTable = tableRegion('Verdicts', ['Component', 'Signal', 'Now', 'Ceiling', 'Verdict', 'Next step'],
      ['Now', 'Ceiling']);
  verdictTable.root.hidden = true;
  const verdicts = element('div', {class: 'card'}, element('h2', null, 'What comes first to its limit'), notices,
      verdictTable.root);
  const replicaTable = tableRegion('Replicas', ['Replica', 'Version', 'Started', 'Heard of', 'Workers connected'],
      ['Workers connected']);
  const replicas = element('div', {class: 'card', hidden: true}, element('h2', null, 'Replicas'), replicaTable.root);
  content.append(
      element('div', {class: 'head'}, element('h1', null, 'Overview'),
          element('span', {class: 'sub'}, 'This kernel, second by second')),
      empty, list, verdicts, replicas);

  function show(gauges) {
    for (const [name, , format] of TILES) {
      const value = gauges[name];
      const {tile, value: text, canvas} = tiles.get(name);
      const told = value !== null && value !== undefined;
      say(text, told ? format(value) : '–');
      canvas.hidden = !told;
      // What the kernel has had nothing to tell about takes no room.
      tile.hidden &&= !told;
    }
    empty.hidden = gauges.seq !== 0;
    draw();
  }

  const draw = onFrame(() => {
    const recent = history.slice(-SHOWN);
    for (const [name] of TILES) {
      const {canvas, ceiling} = tiles.get(name);
      if (!canvas.hidden) {
        line(canvas, recent.map((gauges) => gauges[name] ?? NaN), ceiling);
      }
    }
  });

  if (history.length > 0) {
    show(history.at(-1));
  }
  const off = onGauges(show);
  addEventListener('resize', draw);
  const aborted = new AbortController();

  async function judge() {
    try {
      const [{components}, cluster] = await Promise.all([
        read('/observe/scaling', aborted.signal), read('/observe/cluster', aborted.signal)]);
      showReplicas(replicaTable, cluster);
      replicas.hidden = false;
      showConnected(cluster);
      showNotes(components, cluster.replicas.length > 1);
      showVerdicts(verdictTable, components);
      verdictTable.root.hidden = false;
      notices.replaceChildren();
    } catch (failure) {
      complain(notices, failure);
    }
  }

  function showConnected({sockets, presence, replicas: {length: count}}) {
    say(workers, number(sockets));
    const agents = new Set(presence.map(({address}) => address)).size;
    // The list of who is connected has an end.
    const known = presence.length === sockets && sockets > 0;
    say(workersNote, [known ? `of ${number(agents)} agents` : '', count > 1 ? `at ${number(count)} replicas` : ''].join(' ').trim());
    connected.hidden = false;
  }

  function showNotes(components, several) {
    for (const [name, tile] of tiles) {
      const judged = components.find(({component}) => component === JUDGED_BY[name]);
      tile.ceiling = judged && judged.ceiling * 1000;
      say(tile.note, [judged ? `of ${number(tile.ceiling)} ms` : '', several && OWN.includes(name) ? 'this replica' : '']
          .filter((part) => part !== '').join(', '));
    }
  }

  const end = repeat(judge, SCALING_MS);
  return () => {
    end();
    off();
    aborted.abort();
    removeEventListener('resize', draw);
  };
}

const ORDER = {act: 0, watch: 1, ok: 2};

function showVerdicts({body}, components) {
  const rows = [...components].sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
  body.replaceChildren(...rows.map((row) => element('tr', null,
      element('td', null, row.component),
      element('td', null, row.signal),
      element('td', {class: 'number'}, measured(row.value, row.unit)),
      element('td', {class: 'number'}, measured(row.ceiling, row.unit)),
      element('td', null, element('span', {class: `chip ${row.verdict}`}, row.verdict)),
      element('td', null, row.next_step))));
}

function showReplicas({body, foot}, {replicas, sockets}) {
  body.replaceChildren(...replicas.map((replica) => element('tr', null,
      element('td', null, replica.replica),
      element('td', null, replica.version),
      element('td', {class: 'when'}, time(replica.started_at)),
      element('td', {class: 'when'}, time(replica.last_seen_at)),
      element('td', {class: 'number'}, number(replica.sockets)))));
  foot.replaceChildren(...(replicas.length < 2 ? [] : [element('tr', null,
      element('th', {scope: 'row', colspan: 4}, `${number(replicas.length)} replicas together`),
      element('td', {class: 'number'}, number(sockets)))]));
}

function measured(value, unit) {
  if (value === null || value === undefined) {
    return '–';
  }
  switch (unit) {
    case 'seconds': return milliseconds(value * 1000);
    case 'bytes': return bytes(value);
    case 'ratio': return `${(value * 100).toFixed(1)} %`;
    default: return number(value);
  }
}
