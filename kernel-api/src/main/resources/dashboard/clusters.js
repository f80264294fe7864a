// Keeps a network readable: beyond a number of nodes, agents that talk among themselves become one.

const ROUNDS = 8;

/**
 * Makes at most {@code nodesMax} nodes of a network. The agents with most messages stay alone; the others join the
 * cluster of those whom they talk to most, and what is left over becomes one last cluster. Each node has its members,
 * heaviest first; edges have no direction and lead between nodes.
 */
export function clustered({nodes, edges}, nodesMax) {
  const ranked = [...nodes].sort((a, b) => weight(b) - weight(a) || (a.address < b.address ? -1 : 1));
  const groups = ranked.length <= nodesMax
    ? ranked.map((node) => [node])
    : grouped(ranked, edges, nodesMax);
  const groupOf = new Map();
  const made = groups.map((members, index) => {
    const node = {
      key: members[0].address,
      members: members.map(({address}) => address),
      weight: members.reduce((sum, member) => sum + weight(member), 0),
      rest: ranked.length > nodesMax && index === nodesMax - 1,
    };
    node.members.forEach((address) => groupOf.set(address, node));
    return node;
  });
  return {nodes: made, edges: merged(edges, groupOf)};
}

function weight({messages_sent: sent, messages_received: received}) {
  return sent + received;
}

function grouped(ranked, edges, nodesMax) {
  const alone = ranked.slice(0, Math.floor(nodesMax * 0.6));
  const others = ranked.slice(alone.length);
  const communities = communitiesOf(others, edges);
  const places = nodesMax - alone.length - 1;
  return [...alone.map((node) => [node]), ...communities.slice(0, places), communities.slice(places).flat()]
      .filter((members) => members.length > 0);
}

/** Label propagation: everybody takes the label that weighs most among those it talks to, some times over. */
function communitiesOf(nodes, edges) {
  const labels = new Map(nodes.map(({address}) => [address, address]));
  const partners = new Map(nodes.map(({address}) => [address, []]));
  for (const {from, to, count} of edges) {
    if (labels.has(from) && labels.has(to) && from !== to) {
      partners.get(from).push([to, count]);
      partners.get(to).push([from, count]);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const {address} of nodes) {
      labels.set(address, heaviestLabel(labels.get(address), partners.get(address), labels));
    }
  }
  const communities = new Map();
  for (const node of nodes) {
    const label = labels.get(node.address);
    if (!communities.has(label)) {
      communities.set(label, []);
    }
    communities.get(label).push(node);
  }
  return [...communities.values()].sort((a, b) => b.length - a.length);
}

function heaviestLabel(own, partners, labels) {
  const weights = new Map();
  let best = own;
  for (const [partner, count] of partners) {
    const label = labels.get(partner);
    const sum = (weights.get(label) ?? 0) + count;
    weights.set(label, sum);
    if (sum > (weights.get(best) ?? 0)) {
      best = label;
    }
  }
  return best;
}

function merged(edges, groupOf) {
  const links = new Map();
  for (const {from, to, count} of edges) {
    const [a, b] = [groupOf.get(from), groupOf.get(to)];
    if (a && b && a !== b) {
      const key = a.key < b.key ? `${a.key} ${b.key}` : `${b.key} ${a.key}`;
      const link = links.get(key) ?? {a, b, messages: 0};
      link.messages += count;
      links.set(key, link);
    }
  }
  return [...links.values()];
}
