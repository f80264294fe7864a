package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.NamedLeases;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/messages/ack}, {@code nack} and {@code extend}.
 *
 * @param delay before a message that is given back may be had again; zero where it is not given
 * @param lease how long to hold from now on; the default where it is not given
 */
record LeaseEnding(NamedLeases leases, Duration delay, Duration lease) {

    static LeaseEnding read(JsonFields fields) {
        List<UUID> messages = null;
        List<UUID> leases = null;
        Duration delay = Duration.ZERO;
        Duration lease = MessageQueues.LEASE_DEFAULT;
        while (fields.next()) {
            switch (fields.name()) {
                case "message_ids" -> messages = fields.uuids(NamedLeases.IDS_MAX);
                case "lease_ids" -> leases = fields.uuids(NamedLeases.IDS_MAX);
                case "delay_seconds" -> delay = fields.seconds();
                case "lease_seconds" -> lease = fields.seconds();
                default -> {}
            }
        }
        return new LeaseEnding(named(messages, leases), delay, lease);
    }

    private static NamedLeases named(@Nullable List<UUID> messages, @Nullable List<UUID> leases) {
        if (messages != null && leases == null) {
            return NamedLeases.ofMessages(messages);
        }
        if (leases != null && messages == null) {
            return NamedLeases.of(leases);
        }
        throw RefusedException.badRequest("One of 'message_ids' and 'lease_ids' must be given, and not both.");
    }
}
