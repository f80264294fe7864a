-- Tables of the embedded storage: a pure function of the event log's records, rebuilt from them whenever they fall behind.
-- Times of the hot tables are microseconds since 1970 in BIGINT. Keys and contents are bytes: byte order is the order of UTF-8.

CREATE TABLE operators (
    operator_id        UUID PRIMARY KEY,
    contact_hash       VARCHAR NOT NULL,
    accepted_terms     BOOLEAN NOT NULL,
    credential_version INTEGER NOT NULL,
    agent_count        BIGINT NOT NULL,
    created_at         TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    created_seq        BIGINT NOT NULL
);

CREATE TABLE agents (
    registered_seq     BIGINT PRIMARY KEY,
    address            VARCHAR(24) NOT NULL,
    operator_id        UUID NOT NULL,
    credential_version INTEGER NOT NULL,
    webhook_url        VARCHAR,
    webhook_secret_version    INTEGER NOT NULL,
    webhook_secret_rotated_at TIMESTAMP(6) WITH TIME ZONE,
    webhook_failures          INTEGER DEFAULT 0 NOT NULL,
    webhook_open_until        BIGINT,
    webhook_delivered_at      BIGINT,
    webhook_attempts          VARCHAR,
    block_count        INTEGER NOT NULL,
    registered_at      TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE UNIQUE INDEX agents_address ON agents (address);
CREATE INDEX agents_operator ON agents (operator_id, registered_seq);

-- What agents say about themselves; tags are separated by line feeds, which none of them holds.
CREATE TABLE agent_profiles (
    registered_seq BIGINT PRIMARY KEY,
    name           VARCHAR,
    description    VARCHAR,
    tags           VARCHAR NOT NULL
);

-- The same tags in lower case, to find agents by.
CREATE TABLE agent_tags (
    tag            VARCHAR NOT NULL,
    registered_seq BIGINT NOT NULL,
    PRIMARY KEY (tag, registered_seq)
);
CREATE INDEX agent_tags_agent ON agent_tags (registered_seq);

-- Whose messages an agent refuses.
CREATE TABLE blocks (
    agent  VARCHAR(24) NOT NULL,
    sender VARCHAR(24) NOT NULL,
    PRIMARY KEY (agent, sender)
);

CREATE TABLE credentials (
    digest        VARBINARY(32) PRIMARY KEY,
    operator_id   UUID,
    agent_address VARCHAR(24),
    version       INTEGER NOT NULL
);
CREATE INDEX credentials_operator ON credentials (operator_id);
CREATE INDEX credentials_agent ON credentials (agent_address);

-- Queues and messages name agents by number (registered_seq): the random texts of addresses would make every index twice as
-- large and its comparisons slow.
CREATE TABLE queues (
    agent         BIGINT PRIMARY KEY,
    depth         BIGINT NOT NULL,
    content_bytes BIGINT NOT NULL,
    pull_waiting  BIGINT NOT NULL
);

-- What is needed to choose messages, apart from their contents: choosing never touches a content.
CREATE TABLE messages (
    seq           BIGINT PRIMARY KEY,
    recipient     BIGINT NOT NULL,
    sender        BIGINT NOT NULL,
    route         TINYINT NOT NULL,
    message_id    UUID NOT NULL,
    content_bytes INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,
    leased        BOOLEAN NOT NULL,
    due_at        BIGINT NOT NULL,
    expires_at    BIGINT
);
CREATE INDEX messages_queue ON messages (recipient, route, leased, seq);
CREATE INDEX messages_id ON messages (message_id);

-- Those of the messages that wait to be pushed: whoever looks for them must not go through all that wait to be pulled.
CREATE TABLE pushes (
    recipient BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    PRIMARY KEY (recipient, seq)
);

-- Those of the messages that expire: few do, and an index over all of them would cost every message.
CREATE TABLE message_expiries (
    seq        BIGINT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX message_expiries_at ON message_expiries (expires_at);

CREATE TABLE message_contents (
    seq     BIGINT PRIMARY KEY,
    sender  VARCHAR(24) NOT NULL,
    sent_at BIGINT NOT NULL,
    content VARBINARY NOT NULL,
    correlation_id VARBINARY,
    reply_to       UUID
);

CREATE TABLE leases (
    seq          BIGINT PRIMARY KEY,
    recipient    VARCHAR(24) NOT NULL,
    lease_id     UUID NOT NULL,
    leased_until BIGINT NOT NULL,
    leased_by    VARCHAR NOT NULL
);
CREATE INDEX leases_until ON leases (leased_until);

CREATE TABLE state (
    state_key        VARBINARY NOT NULL PRIMARY KEY,
    state_value      VARBINARY NOT NULL,
    value_bytes      INTEGER NOT NULL,
    last_modified_by VARCHAR(24) NOT NULL,
    last_modified_at BIGINT NOT NULL,
    version          BIGINT NOT NULL,
    redacted_reason  VARCHAR
);

-- The transparency log. Targets are bytes, as keys are.
CREATE TABLE removals (
    number        BIGINT PRIMARY KEY,
    seq           BIGINT NOT NULL,
    kind          TINYINT NOT NULL,
    target        VARBINARY NOT NULL,
    reason        VARCHAR NOT NULL,
    performed_by  VARCHAR NOT NULL,
    content_hash  VARBINARY(32) NOT NULL,
    removed_at    BIGINT NOT NULL,
    previous_hash VARBINARY(32) NOT NULL,
    entry_hash    VARBINARY(32) NOT NULL,
    content_seq   BIGINT NOT NULL,
    erased        BOOLEAN NOT NULL
);
CREATE INDEX removals_target ON removals (target, number);
CREATE INDEX removals_erased ON removals (erased, number);

CREATE TABLE idempotency_keys (
    sender          VARCHAR(24) NOT NULL,
    idempotency_key VARBINARY NOT NULL,
    fingerprint     VARBINARY(32) NOT NULL,
    message_id      UUID NOT NULL,
    recipient       VARCHAR(24) NOT NULL,
    sent_at         BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    PRIMARY KEY (sender, idempotency_key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE used_challenges (
    challenge  VARBINARY(32) PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_challenges_expiry ON used_challenges (expires_at);

CREATE TABLE totals (
    id          TINYINT PRIMARY KEY,
    state_bytes BIGINT NOT NULL,
    state_keys  BIGINT NOT NULL,
    queue_bytes BIGINT NOT NULL,
    agent_count BIGINT NOT NULL
);
INSERT INTO totals VALUES (1, 0, 0, 0, 0);

-- How far the log is applied: written in the same transaction as what it applied.
CREATE TABLE log_position (
    id                TINYINT PRIMARY KEY,
    segment_first_seq BIGINT NOT NULL,
    segment_offset    BIGINT NOT NULL,
    batch             BIGINT NOT NULL,
    last_seq          BIGINT NOT NULL,
    last_time         BIGINT NOT NULL
);
INSERT INTO log_position VALUES (1, 0, 0, 0, 0, 0);

-- Counts of what agents do, made from the log by the projector, with the place up to which they count. A step ends at target_seq;
-- rows that it wrote already count up to there, all others up to last_seq.
CREATE TABLE agent_activity (
    address           VARCHAR(24) PRIMARY KEY,
    messages_sent     BIGINT NOT NULL,
    messages_received BIGINT NOT NULL,
    state_writes      BIGINT NOT NULL,
    last_active       BIGINT NOT NULL,
    counted_seq       BIGINT NOT NULL
);
CREATE TABLE agent_links (
    sender      VARCHAR(24) NOT NULL,
    recipient   VARCHAR(24) NOT NULL,
    messages    BIGINT NOT NULL,
    weight      TINYINT NOT NULL,
    counted_seq BIGINT NOT NULL,
    PRIMARY KEY (sender, recipient)
);
CREATE INDEX agent_links_recipient ON agent_links (recipient);
-- The number of messages as a power of two, rounded: an index on the number itself would change with every message.
CREATE INDEX agent_links_weight ON agent_links (weight);
CREATE TABLE activity_position (
    id         TINYINT PRIMARY KEY,
    last_seq   BIGINT NOT NULL,
    target_seq BIGINT NOT NULL
);
INSERT INTO activity_position VALUES (1, 0, 0);
