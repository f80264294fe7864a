-- Tables of the PostgreSQL storage. Times of the hot tables are microseconds since 1970 in BIGINT, as the kernel counts them.
-- Keys and contents are bytes: text cannot hold the character NUL. The order of bytes is the order of UTF-8.

CREATE TABLE operators (
    operator_id        uuid PRIMARY KEY,
    contact_hash       text NOT NULL,
    accepted_terms     boolean NOT NULL,
    credential_version integer NOT NULL,
    agent_count        bigint NOT NULL,
    created_at         timestamptz NOT NULL,
    created_seq        bigint NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE agents (
    registered_seq     bigint PRIMARY KEY,
    address            text COLLATE "C" NOT NULL UNIQUE,
    operator_id        uuid NOT NULL,
    credential_version integer NOT NULL,
    webhook_url        text,
    webhook_secret_version    integer NOT NULL,
    webhook_secret_rotated_at timestamptz,
    webhook_failures          integer NOT NULL DEFAULT 0,
    webhook_open_until        bigint,
    webhook_delivered_at      bigint,
    webhook_attempts          text,
    block_count        integer NOT NULL,
    registered_at      timestamptz NOT NULL
) WITH (fillfactor = 90);
CREATE INDEX agents_operator ON agents (operator_id, registered_seq);
CREATE INDEX agents_webhook ON agents (registered_seq) WHERE webhook_url IS NOT NULL;

-- What agents say about themselves; tags are separated by line feeds, which none of them holds.
CREATE TABLE agent_profiles (
    registered_seq bigint PRIMARY KEY,
    name           text,
    description    text,
    tags           text NOT NULL
);

-- The same tags in lower case, to find agents by.
CREATE TABLE agent_tags (
    tag            text COLLATE "C" NOT NULL,
    registered_seq bigint NOT NULL,
    PRIMARY KEY (tag, registered_seq)
);
CREATE INDEX agent_tags_agent ON agent_tags (registered_seq);

-- Whose messages an agent refuses.
CREATE TABLE blocks (
    agent  text COLLATE "C" NOT NULL,
    sender text COLLATE "C" NOT NULL,
    PRIMARY KEY (agent, sender)
);

CREATE TABLE credentials (
    digest        bytea PRIMARY KEY,
    operator_id   uuid,
    agent_address text COLLATE "C",
    version       integer NOT NULL
);
CREATE INDEX credentials_operator ON credentials (operator_id) WHERE operator_id IS NOT NULL;
CREATE INDEX credentials_agent ON credentials (agent_address) WHERE agent_address IS NOT NULL;

-- The counters of each agent's queue, and the lock that orders whatever happens to it. Half of each page stays free, so that a
-- new version of a row finds room beside the old one and no index changes. Before pull_from no message waits to be pulled, before
-- push_from none to be pushed: whoever looks for the oldest begins there, and not at what was taken long ago and cannot be cleared
-- away while a transaction stays open. For the same reason every sixteenth change of a row begins a generation, and the newest is
-- looked for: the index finds it without going through all versions that the row ever had.
CREATE TABLE queues (
    address       text COLLATE "C" NOT NULL,
    generation    bigint NOT NULL DEFAULT 0,
    changes       smallint NOT NULL DEFAULT 0,
    depth         bigint NOT NULL,
    content_bytes bigint NOT NULL,
    pull_waiting  bigint NOT NULL,
    pull_from     bigint NOT NULL DEFAULT 0,
    push_from     bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (address, generation)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE messages (
    seq           bigint PRIMARY KEY,
    message_id    uuid NOT NULL UNIQUE,
    recipient     text COLLATE "C" NOT NULL,
    sender        text COLLATE "C" NOT NULL,
    route         smallint NOT NULL,
    content       bytea NOT NULL,
    content_bytes integer NOT NULL,
    sent_at       bigint NOT NULL,
    lease_id      uuid,
    leased_until  bigint,
    leased_by     text,
    attempts      integer NOT NULL DEFAULT 0,
    expires_at    bigint,
    correlation_id bytea,
    reply_to       uuid
) WITH (
    fillfactor = 80,
    -- Every message dies young: what is dead must be cleared by number, not by its share of the table.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000
);
-- Written while every other commit waits for its place in history. Compression took half of that time for values of 8 KiB and
-- more, and what is here is either short-lived or bounded.
ALTER TABLE messages ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX messages_waiting ON messages (recipient, route, seq) WHERE lease_id IS NULL;
-- Route 1 is push.
CREATE INDEX messages_to_push ON messages (recipient, seq) WHERE route = 1 AND lease_id IS NULL;
CREATE INDEX messages_pushing ON messages (recipient) WHERE route = 1 AND lease_id IS NOT NULL;
CREATE INDEX messages_leased_until ON messages (leased_until) WHERE lease_id IS NOT NULL;
CREATE INDEX messages_leased_by ON messages (leased_by, seq) WHERE lease_id IS NOT NULL;

CREATE INDEX messages_expiry ON messages (expires_at) WHERE expires_at IS NOT NULL AND lease_id IS NULL;

CREATE TABLE state (
    state_key        bytea PRIMARY KEY,
    state_value      bytea NOT NULL,
    value_bytes      integer NOT NULL,
    last_modified_by text COLLATE "C" NOT NULL,
    last_modified_at bigint NOT NULL,
    version          bigint NOT NULL,
    redacted_reason  text
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

-- The transparency log. Targets are bytes, as keys are.
CREATE TABLE removals (
    number        bigint PRIMARY KEY,
    seq           bigint NOT NULL,
    kind          smallint NOT NULL,
    target        bytea NOT NULL,
    reason        text NOT NULL,
    performed_by  text NOT NULL,
    content_hash  bytea NOT NULL,
    removed_at    bigint NOT NULL,
    previous_hash bytea NOT NULL,
    entry_hash    bytea NOT NULL,
    content_seq   bigint NOT NULL,
    erased        boolean NOT NULL
);
CREATE INDEX removals_target ON removals (target, number);
CREATE INDEX removals_unerased ON removals (number) WHERE NOT erased;
ALTER TABLE state ALTER COLUMN state_value SET STORAGE EXTERNAL;

CREATE TABLE idempotency_keys (
    sender          text COLLATE "C" NOT NULL,
    idempotency_key bytea NOT NULL,
    fingerprint     bytea NOT NULL,
    message_id      uuid NOT NULL,
    recipient       text COLLATE "C" NOT NULL,
    sent_at         bigint NOT NULL,
    expires_at      bigint NOT NULL,
    PRIMARY KEY (sender, idempotency_key)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE used_challenges (
    challenge  bytea PRIMARY KEY,
    expires_at bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX used_challenges_expiry ON used_challenges (expires_at);

-- The process that commits under a replica's name: whoever commits holds this row, and nobody but a later process changes it.
CREATE TABLE committers (
    replica text COLLATE "C" PRIMARY KEY,
    epoch   bigint NOT NULL
);

-- Where history and the totals stand after each commit, and whose it was; the newest row counts. Commits take turns by a lock until
-- their end, so that the order of seq is the order of commits. A row is added, not changed: however many dead ones a long transaction
-- keeps the server from clearing away, the newest is the first that the index finds. The older ones are removed, but the last of each
-- replica, which tells it what became of a commit whose answer was lost.
-- A commit sets last_seq to -1 when credentials were replaced since its decisions, and state_bytes when the totals have grown too far
-- since; the checks refuse both.
CREATE TABLE commits (
    number           bigint PRIMARY KEY,
    last_seq         bigint NOT NULL,
    last_time        bigint NOT NULL,
    credential_epoch bigint NOT NULL,
    state_bytes      bigint NOT NULL,
    state_keys       bigint NOT NULL,
    queue_bytes      bigint NOT NULL,
    agent_count      bigint NOT NULL,
    replica          text COLLATE "C" NOT NULL,
    batch            bigint NOT NULL,
    first_seq        bigint NOT NULL,
    CONSTRAINT commits_credentials_are_current CHECK (last_seq >= 0),
    CONSTRAINT commits_totals_are_as_decided CHECK (state_bytes >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0);
INSERT INTO commits VALUES (0, 0, 0, 0, 0, 0, 0, 0, '', 0, 1);

CREATE VIEW counter AS
    SELECT 1::smallint AS id, last_seq, last_time, credential_epoch FROM commits ORDER BY number DESC LIMIT 1;
CREATE VIEW totals AS
    SELECT 1::smallint AS id, state_bytes, state_keys, queue_bytes, agent_count FROM commits ORDER BY number DESC LIMIT 1;

CREATE TABLE events (
    seq         bigint NOT NULL,
    received_at timestamptz NOT NULL,
    type        text COLLATE "C" NOT NULL,
    agent       text COLLATE "C",
    data        bytea NOT NULL,
    PRIMARY KEY (seq, received_at)
) PARTITION BY RANGE (received_at);
-- The log is kept for long, so it is compressed, by the quicker method where the server was built with it.
DO $$
BEGIN
    ALTER TABLE events ALTER COLUMN data SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END $$;
-- Takes in what no other partition takes, should the days ahead ever run out.
CREATE TABLE events_default PARTITION OF events DEFAULT;

-- Where each day begins in seq: finds the partition that a page starts in.
CREATE TABLE event_days (
    day       date PRIMARY KEY,
    first_seq bigint NOT NULL
);

-- Who is there, and who is connected where. Neither these nor the budgets need survive a crash of the server, so nothing of them
-- goes through its log; whoever lives writes itself down again.
CREATE UNLOGGED TABLE replicas (
    replica      text COLLATE "C" PRIMARY KEY,
    epoch        bigint NOT NULL,
    version      text NOT NULL,
    started_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    connections  bigint NOT NULL
) WITH (fillfactor = 10);

CREATE UNLOGGED TABLE presence (
    address      text COLLATE "C" NOT NULL,
    worker_id    text COLLATE "C" NOT NULL,
    session_id   uuid NOT NULL,
    replica      text COLLATE "C" NOT NULL,
    epoch        bigint NOT NULL,
    connected_at timestamptz NOT NULL,
    PRIMARY KEY (address, worker_id)
);
CREATE INDEX presence_replica ON presence (replica);

-- When each budget will be full again, in nanoseconds since 1970; one that is full need not be here.
CREATE UNLOGGED TABLE rate_budgets (
    subject  text COLLATE "C" NOT NULL,
    category smallint NOT NULL,
    full_at  bigint NOT NULL,
    PRIMARY KEY (subject, category)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE secrets (
    name  text PRIMARY KEY,
    value bytea NOT NULL
);

-- Counts of what agents do, made from the log by the projector, with the place up to which they count.
CREATE TABLE agent_activity (
    address           text COLLATE "C" PRIMARY KEY,
    messages_sent     bigint NOT NULL,
    messages_received bigint NOT NULL,
    state_writes      bigint NOT NULL,
    last_active       bigint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
CREATE TABLE agent_links (
    sender    text COLLATE "C" NOT NULL,
    recipient text COLLATE "C" NOT NULL,
    messages  bigint NOT NULL,
    PRIMARY KEY (sender, recipient)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX agent_links_recipient ON agent_links (recipient);
CREATE INDEX agent_links_heaviest ON agent_links (messages DESC);
CREATE TABLE activity_position (
    id       smallint PRIMARY KEY CHECK (id = 1),
    last_seq bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO activity_position VALUES (1, 0);
