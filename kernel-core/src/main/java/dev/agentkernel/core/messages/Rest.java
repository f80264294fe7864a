package dev.agentkernel.core.messages;

import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How long messages that are given back rest before somebody may have them again. A message that rests is in nobody's hands under
 * a lease that nobody knows, so that whatever ends leases that ran out also ends its rest.
 *
 * @param delay zero for none
 * @param restId the id of that lease
 */
record Rest(Duration delay, @Nullable UUID restId) {

    static final Rest NONE = new Rest(Duration.ZERO, null);

    /** What giving back leased messages of one queue leaves in the log. */
    List<LogRecord> records(WorkingSet rows, String recipient, Route route, List<LeasedMessage> messages) {
        if (messages.isEmpty()) {
            return List.of();
        }
        if (restId == null) {
            return List.of(new LogRecord.MessagesReturned(recipient, route, messages));
        }
        return List.of(new LogRecord.LeaseReplaced(
                recipient, route, restId, rows.now().plus(delay), LeaseHolder.NOBODY.name(), messages));
    }
}
