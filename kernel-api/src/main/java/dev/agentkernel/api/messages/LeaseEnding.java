package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.messages.NamedLeases;
import java.time.Duration;
import java.util.ArrayList;
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

    private static final Duration LEASE_DEFAULT = Duration.ofSeconds(30);

    /** Beyond it, a number of seconds is no duration that anything allows. */
    private static final long SECONDS_MAX = 1_000_000_000;

    static LeaseEnding read(JsonFields fields) {
        List<UUID> messages = null;
        List<UUID> leases = null;
        Duration delay = Duration.ZERO;
        Duration lease = LEASE_DEFAULT;
        while (fields.next()) {
            switch (fields.name()) {
                case "message_ids" -> messages = ids(fields);
                case "lease_ids" -> leases = ids(fields);
                case "delay_seconds" -> delay = seconds(fields);
                case "lease_seconds" -> lease = seconds(fields);
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

    private static List<UUID> ids(JsonFields fields) {
        List<UUID> ids = new ArrayList<>();
        for (String text : fields.texts(NamedLeases.IDS_MAX)) {
            ids.add(MessageIds.parse(text)
                    .orElseThrow(() -> RefusedException.badRequest("'" + fields.name() + "' must hold UUIDs alone.")));
        }
        return ids;
    }

    private static Duration seconds(JsonFields fields) {
        return Duration.ofSeconds(Math.clamp(fields.integer(), -SECONDS_MAX, SECONDS_MAX));
    }
}
