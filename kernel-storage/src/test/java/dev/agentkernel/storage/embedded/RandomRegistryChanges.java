package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Makes changes of operators and agents at random. */
abstract class RandomRegistryChanges extends RandomValues {

    final List<UUID> operators = new ArrayList<>();
    final List<String> agents = new ArrayList<>();

    RandomRegistryChanges(long seed) {
        super(seed);
    }

    Change createOperator() {
        UUID id = uuid();
        return Change.of(new LogRecord.OperatorCreated(id, text(30), true, bytes(32)), rows -> {});
    }

    Change registerAgent() {
        UUID operator = any(operators);
        ByteString challenge = bytes(16);
        String address = "tab_" + bytes(10).toHex();
        String webhook = random.nextBoolean() ? "https://example.org/" + random.nextInt() : null;
        ByteString digest = bytes(32);
        return new Change(
                needs -> {
                    needs.caller(new OperatorCaller(operator, 1));
                    needs.challenge(challenge);
                    needs.agent(address);
                },
                rows -> List.of(
                        new LogRecord.ChallengeUsed(challenge, rows.now().plus(Duration.ofMinutes(5))),
                        new LogRecord.AgentRegistered(address, operator, digest, webhook)),
                true);
    }

    Change rotateKey() {
        UUID operator = any(operators);
        ByteString digest = bytes(32);
        return new Change(
                needs -> needs.caller(new OperatorCaller(operator, 1)),
                rows -> List.of(new LogRecord.OperatorKeyRotated(
                        operator, rows.operator(operator).credentialVersion() + 1, digest)),
                true);
    }

    Change rotateToken() {
        String agent = any(agents);
        ByteString digest = bytes(32);
        return new Change(
                needs -> needs.agent(agent),
                rows -> rows.agent(agent)
                        .map(row -> List.<LogRecord>of(
                                new LogRecord.AgentTokenRotated(agent, row.credentialVersion() + 1, digest)))
                        .orElse(List.of()),
                true);
    }

    Change changeWebhook() {
        String agent = any(agents);
        String url = random.nextBoolean() ? "https://example.org/" + random.nextInt() : null;
        return new Change(
                needs -> needs.agent(agent),
                rows -> rows.agent(agent)
                        .map(row -> List.<LogRecord>of(new LogRecord.WebhookChanged(
                                agent, url, row.webhookSecretVersion() + 1, row.hasWebhook() ? rows.now() : null)))
                        .orElse(List.of()),
                true);
    }

    Change changeHealth() {
        String agent = any(agents);
        Instant time = Instant.ofEpochSecond(random.nextInt(2_000_000_000));
        WebhookHealth health = new WebhookHealth(
                random.nextInt(9),
                random.nextBoolean() ? time : null,
                random.nextBoolean() ? time : null,
                random.nextBoolean() ? List.of(new WebhookAttempt(time, uuid(), 503, "http_status")) : List.of());
        return new Change(
                needs -> needs.agent(agent),
                rows -> rows.agent(agent)
                        .filter(AgentRow::hasWebhook)
                        .map(row -> List.<LogRecord>of(new LogRecord.WebhookHealthChanged(agent, health)))
                        .orElse(List.of()),
                false);
    }

    Change changeProfile() {
        String agent = any(agents);
        AgentProfile profile = random.nextInt(4) == 0
                ? null
                : new AgentProfile(text(20), random.nextBoolean() ? text(50) : null, List.of("Tag", "tag", "b"));
        return new Change(
                needs -> needs.agent(agent),
                rows -> rows.agent(agent)
                        .map(row -> List.<LogRecord>of(new LogRecord.ProfileChanged(agent, profile)))
                        .orElse(List.of()),
                true);
    }

    Change changeBlock() {
        String agent = any(agents);
        String sender = any(agents);
        return new Change(
                needs -> needs.block(agent, sender),
                rows -> rows.agent(agent)
                        .map(row -> List.of(
                                rows.isBlocked(agent, sender)
                                        ? (LogRecord) new LogRecord.SenderUnblocked(agent, sender)
                                        : new LogRecord.SenderBlocked(agent, sender)))
                        .orElse(List.of()),
                true);
    }

    Change deregister() {
        String agent = any(agents);
        return new Change(
                needs -> {
                    needs.queue(agent);
                    needs.queueTotals();
                },
                rows -> rows.agent(agent)
                        .map(row -> List.<LogRecord>of(new LogRecord.AgentDeregistered(
                                agent,
                                row.operatorId(),
                                rows.queue(agent).depth(),
                                rows.queue(agent).bytes())))
                        .orElse(List.of()),
                false);
    }
}
