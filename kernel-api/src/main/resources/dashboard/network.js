// Who talks to whom: a graph that settles by itself, and the same as a table.

import {agentLink, complain, element, emptyState, nameOf, number, say} from './elements.js';
import {read} from './api.js';
import {fitted, used} from './chart.js';
import {clustered} from './clusters.js';
import {named} from './names.js';
import {repeat} from './repeat.js';

const NODES_MAX = 500;
const REFRESH_MS = 5_000;
const STRONGEST = 15;
const MARGIN = 34;
const STRETCH_MAX = 1.5;
const LABELS_MAX = 40;

export function network(content) {
  const aborted = new AbortController();
  const count = element('span', {class: 'sub', role: 'status'}, 'Loading…');
  const canvas = element('canvas', {role: 'img', 'aria-label': 'Graph of who talks to whom; the table has the strongest links',
    pointerdown: grab, pointermove: drag, pointerup: drop, dblclick: open});
  const table = element('div', {class: 'card'}, element('h2', null, 'Strongest links'));
  const graph = element('div', {class: 'graph'}, canvas);
  const body = element('div', {class: 'columns'}, graph, table);
  const notices = element('div', null);
  content.append(element('div', {class: 'head'}, element('h1', null, 'Network'), count), notices, body);

  let nodes = new Map();
  let edges = [];
  let heat = 1;
  let held = null;
  let frame = 0;
  let scale = {x: 1, y: 1};

  async function load() {
    try {
      await named();
      take(await read('/observe/network?limit=1000', aborted.signal));
      notices.replaceChildren();
    } catch (failure) {
      complain(notices, failure);
      // What was drawn before stays.
      say(count, nodes.size > 0 ? count.textContent : '');
    }
  }

  function take(answer) {
    const drawn = clustered(answer, NODES_MAX);
    const before = nodes;
    nodes = new Map();
    let fresh = 0;
    for (const node of drawn.nodes) {
      const old = before.get(node.key);
      fresh += old ? 0 : 1;
      // One object for each node as long as it is there, so that whoever holds it with the pointer keeps it.
      nodes.set(node.key, Object.assign(old ?? placed(nodes.size), node, {label: labelOf(node)}));
    }
    edges = drawn.edges.map(({a, b, messages}) => ({a: nodes.get(a.key), b: nodes.get(b.key), messages}));
    say(count, `${number(answer.nodes.length)} agents, ${number(answer.edges.length)} links`
      + (nodes.size < answer.nodes.length ? `, drawn as ${number(nodes.size)} clusters` : ''));
    if (answer.nodes.length === 0) {
      body.replaceChildren(element('div', {class: 'card'}, emptyState('Nobody has talked yet.')));
      return;
    }
    if (!canvas.isConnected) {
      body.replaceChildren(graph, table);
    }
    list(answer.edges);
    if (fresh > 0) {
      heat = before.size === 0 ? 1 : Math.max(heat, 0.3);
    }
    run();
  }

  function list(links) {
    // Whoever is at a link keeps it.
    if (table.contains(document.activeElement)) {
      return;
    }
    const strongest = [...links].sort((a, b) => b.count - a.count).slice(0, STRONGEST);
    table.replaceChildren(element('h2', null, 'Strongest links'), element('table', null,
        element('thead', null, element('tr', null, element('th', {scope: 'col'}, 'From'), element('th', {scope: 'col'}, 'To'),
            element('th', {scope: 'col', class: 'number'}, 'Messages'))),
        element('tbody', null, strongest.map((link) => element('tr', null, element('td', null, agentLink(link.from)),
            element('td', null, agentLink(link.to)), element('td', {class: 'number'}, number(link.count)))))));
  }

  function run() {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (heat > 0.02 || held) {
        settle([...nodes.values()], edges, heat);
        heat *= 0.985;
        run();
      }
      draw();
    });
  }

  function draw() {
    const {context, width, height} = fitted(canvas);
    const extent = Math.max(0.05, ...[...nodes.values()].map((node) => Math.max(Math.abs(node.x), Math.abs(node.y))));
    const base = Math.min(width, height) / 2 - MARGIN;
    // A wide place is used, within reason: a circle may become an ellipse.
    scale = {
      x: Math.min(width / 2 - 2 * MARGIN, base * STRETCH_MAX) / extent,
      y: Math.min(height / 2 - MARGIN, base * STRETCH_MAX) / extent,
    };
    const at = (node) => [width / 2 + node.x * scale.x, height / 2 + node.y * scale.y];
    const most = Math.max(1, ...edges.map(({messages}) => messages));
    context.strokeStyle = used('--accent');
    for (const {a, b, messages} of edges) {
      context.globalAlpha = 0.12 + 0.55 * (messages / most);
      context.lineWidth = 0.6 + 4 * (messages / most);
      context.beginPath();
      context.moveTo(...at(a));
      context.lineTo(...at(b));
      context.stroke();
    }
    context.globalAlpha = 1;
    const heaviest = Math.max(1, ...[...nodes.values()].map((node) => node.weight));
    const named = new Set([...nodes.values()].sort((a, b) => b.weight - a.weight).slice(0, LABELS_MAX));
    const ink = used('--ink');
    const fill = used('--accent');
    const halo = used('--card');
    context.font = '12px system-ui, sans-serif';
    context.textAlign = 'center';
    for (const node of nodes.values()) {
      const [x, y] = at(node);
      node.radius = 2.5 + (nodes.size > 100 ? 5 : 10) * Math.sqrt(node.weight / heaviest);
      context.fillStyle = fill;
      context.beginPath();
      context.arc(x, y, node.radius, 0, 2 * Math.PI);
      context.fill();
      if (named.has(node) || node === held) {
        const label = node.label.slice(0, 32);
        context.lineWidth = 3;
        context.strokeStyle = halo;
        context.strokeText(label, x, y - node.radius - 4);
        context.fillStyle = ink;
        context.fillText(label, x, y - node.radius - 4);
      }
    }
  }

  function nodeAt(event) {
    const x = (event.offsetX - canvas.clientWidth / 2) / scale.x;
    const y = (event.offsetY - canvas.clientHeight / 2) / scale.y;
    const near = [...nodes.values()].map((node) => [Math.hypot((node.x - x) * scale.x, (node.y - y) * scale.y), node])
        .sort((a, b) => a[0] - b[0])[0];
    return {x, y, node: near && near[0] < (near[1].radius ?? 6) + 6 ? near[1] : null};
  }

  function grab(event) {
    held = nodeAt(event).node;
    if (held) {
      canvas.setPointerCapture(event.pointerId);
      heat = Math.max(heat, 0.3);
      run();
    }
  }

  function drag(event) {
    const {x, y, node} = nodeAt(event);
    canvas.title = node ? node.members.length > 1 ? node.label : `${node.label} (${node.key})` : '';
    if (held) {
      Object.assign(held, {x, y, vx: 0, vy: 0});
    }
  }

  function drop() {
    held = null;
  }

  function open(event) {
    const {node} = nodeAt(event);
    if (node?.members.length === 1) {
      location.hash = `#/agents/${encodeURIComponent(node.key)}`;
    }
  }

  const end = repeat(load, REFRESH_MS);
  addEventListener('resize', draw);
  return () => {
    end();
    aborted.abort();
    cancelAnimationFrame(frame);
    removeEventListener('resize', draw);
  };
}

function labelOf({key, members, rest}) {
  const others = number(members.length - 1);
  return members.length === 1 ? nameOf(key) : rest ? `${number(members.length)} others` : `${nameOf(key)} and ${others} more`;
}

/** The golden angle spreads any number of nodes evenly. */
function placed(index) {
  const angle = index * 2.399963;
  const radius = 0.08 * Math.sqrt(index + 1);
  return {x: radius * Math.cos(angle), y: radius * Math.sin(angle), vx: 0, vy: 0};
}

/** One step: all push each other away, links pull, the middle pulls a little. */
function settle(nodes, edges, heat) {
  const push = 0.35 / (nodes.length + 10);
  for (let i = 0; i < nodes.length; i++) {
    const a = nodes[i];
    for (let j = i + 1; j < nodes.length; j++) {
      const b = nodes[j];
      const dx = a.x - b.x || (i - j) * 1e-4;
      const dy = a.y - b.y || 1e-4;
      const force = push / (dx * dx + dy * dy + 0.002);
      a.vx += dx * force;
      a.vy += dy * force;
      b.vx -= dx * force;
      b.vy -= dy * force;
    }
  }
  for (const {a, b} of edges) {
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    a.vx += dx * 0.02;
    a.vy += dy * 0.02;
    b.vx -= dx * 0.02;
    b.vy -= dy * 0.02;
  }
  for (const node of nodes) {
    node.vx = (node.vx - node.x * 0.06) * 0.6;
    node.vy = (node.vy - node.y * 0.06) * 0.6;
    node.x += Math.max(-0.1, Math.min(0.1, node.vx * heat));
    node.y += Math.max(-0.1, Math.min(0.1, node.vy * heat));
  }
}
