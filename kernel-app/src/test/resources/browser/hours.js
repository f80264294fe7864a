// Before the page's own scripts: a clock that the test moves, a kernel that answers at once, and a socket that the test feeds.

(() => {
  // As on a machine that hardly comes to draw: what is drawn is not what lasts.
  const FRAME_MS = 300_000;
  const AGENTS = 50;
  const KEYS = 200;
  const channel = new MessageChannel();
  const timers = new Map();
  let now = 0;
  let made = 0;
  let seq = 0;

  const address = (number) => `tab_${String(number % AGENTS).padStart(20, '0')}`;
  const at = () => new Date(1.8e12 + now).toISOString();

  function wait(step, due, every) {
    timers.set(++made, {step, due, every});
    return made;
  }

  performance.now = () => now;
  window.setTimeout = (step, ms = 0) => wait(step, now + ms, 0);
  window.setInterval = (step, ms) => wait(step, now + ms, ms);
  window.requestAnimationFrame = (step) => wait(() => step(now), now + FRAME_MS, 0);
  window.clearTimeout = window.clearInterval = window.cancelAnimationFrame = (id) => timers.delete(id);

  window.WebSocket = class {
    static OPEN = 1;
    readyState = 1;

    constructor() {
      window.socket = this;
    }

    send(text) {
      const {type, since, types} = JSON.parse(text);
      if (type === 'subscribe') {
        this.types = types;
        this.since = Number(since);
      }
    }

    close() {}
  };

  function agentOf(number) {
    return {address: address(number), registered_at: '2026-11-20T12:00:00Z', profile: {name: `agent ${number}`, description: '', tags: ['a']},
      messages_sent: seq + number, messages_received: seq % (number + 7), state_writes: seq % 100, last_active: at()};
  }

  const many = (count, make) => Array.from({length: count}, (_, number) => make(number));

  function eventOf(number) {
    const agent = address(number);
    const kinds = [
      ['state_written', {key: 'watched', value: `value ${number}`, value_length: 10, written_by: agent}],
      ['message_sent', {message_id: `message ${number}`, from: agent, to: address(number + 1), content: `what is said ${number}`,
        content_length: 20}],
      ['agent_updated', {address: agent, profile: {name: `agent ${number % AGENTS}`}}],
    ];
    const [type, data] = kinds[number % 10 === 9 ? 2 : number % 2];
    return {seq: number, ts: at(), type, agent, data};
  }

  const answers = [
    [/^\/observe\/health/, () => ({status: 'ok', last_seq: seq})],
    [/^\/observe\/scaling/, () => ({components: many(12, (number) => ({component: `component ${number}`, signal: 'p99', value: seq % 97,
      unit: 'seconds', ceiling: 1, verdict: ['ok', 'watch', 'act'][seq % 3], next_step: 'See docs/scaling.md.'}))})],
    [/^\/observe\/cluster/, () => ({sockets: 3, replicas: many(3, (number) => ({replica: `replica-${number}`, version: '1', started_at: at(),
      last_seen_at: at(), sockets: 1})), presence: [{address: address(1), worker_id: `w${seq % 5}`, replica: 'replica-1', connected_at: at()}]})],
    [/^\/observe\/agents\?/, () => ({agents: many(AGENTS, agentOf), total: AGENTS, next_cursor: null})],
    [/^\/observe\/agents\/./, () => ({...agentOf(1), has_webhook: true, queue: {messages: seq % 9, content_bytes: seq},
      sends_to: many(10, (number) => ({address: address(number), count: seq})),
      receives_from: many(10, (number) => ({address: address(number), count: seq})), recent_keys: many(12, (number) => `key ${seq + number}`)})],
    [/^\/observe\/webhooks/, () => ({webhooks: [{address: address(1), circuit: 'closed', failures_in_row: seq % 3,
      attempts: many(10, () => ({at: at(), outcome: 'delivered', status: 200}))}], next_cursor: null})],
    [/^\/observe\/network/, () => ({nodes: many(AGENTS, agentOf),
      edges: many(150, (number) => ({from: address(number), to: address(number * 7 + 1), count: seq + number}))})],
    [/^\/observe\/state\?/, () => ({keys: many(KEYS, (number) => ({key: `${number % 2 ? 'folder/' : ''}key ${seq + number}`, value_length: seq,
      last_modified_by: address(number), last_modified_at: at()})), next_cursor: null, total: KEYS})],
    [/^\/observe\/state\/./, () => ({key: 'watched', value: `value ${seq}`, last_modified_by: address(1), last_modified_at: at()})],
    [/^\/observe\/transparency/, () => ({removals: many(20, (number) => ({number: number + 1, ts: at(), action: 'state_key_removed',
      key: `key ${number}`, reason: 'a reason', performed_by: 'administrator', content_hash: 'c', previous_hash: 'p', entry_hash: 'e'})),
    total: 20 + seq % 2, next_cursor: null})],
    [/^\/observe\/events/, () => ({events: [], next_cursor: '0', has_more: false})],
  ];

  window.asked = 0;
  window.fetch = async (path) => {
    window.asked++;
    const answer = answers.find(([pattern]) => pattern.test(path));
    const text = JSON.stringify(answer ? answer[1]() : {message: path});
    return {ok: Boolean(answer), status: answer ? 200 : 404, headers: new Headers(), json: async () => JSON.parse(text)};
  };

  /** What was asked for is answered once everything that is under way has run. */
  function answered() {
    return new Promise((resolve) => {
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(null);
    });
  }

  function feed(events) {
    const {socket} = window;
    const from = seq + 1;
    seq += events;
    socket.onmessage({data: JSON.stringify({type: 'gauges', seq, agents: AGENTS, messages: seq, queued: seq % 50, state_keys: KEYS, state_bytes: seq,
      events_per_second: events, commit_p99_ms: seq % 7, append_p99_ms: seq % 3, gathering: 0, sockets: 3, heap_bytes: 1e8 + seq})});
    if (socket.types) {
      const fresh = many(events, (number) => eventOf(from + number))
          .filter(({type}) => socket.types.length === 0 || socket.types.includes(type));
      socket.onmessage({data: JSON.stringify({type: 'events', reached: seq, events: fresh})});
    }
  }

  /** Lets time pass: each second its gauges and events, and every timer when it is due. */
  window.pass = async (seconds, eventsPerSecond) => {
    window.socket.onopen?.();
    for (let second = 0; second < seconds; second++) {
      const end = now + 1_000;
      for (;;) {
        const [id, timer] = [...timers].reduce((first, other) => (other[1].due < first[1].due ? other : first), [0, {due: Infinity}]);
        if (timer.due > end) {
          break;
        }
        now = Math.max(now, timer.due);
        if (timer.every > 0) {
          timer.due += timer.every;
        } else {
          timers.delete(id);
        }
        timer.step();
      }
      now = end;
      feed(eventsPerSecond);
      if (second % 5 === 4) {
        await answered();
      }
    }
    return timers.size;
  };
})();
