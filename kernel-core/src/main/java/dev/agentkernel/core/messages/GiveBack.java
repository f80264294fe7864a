package dev.agentkernel.core.messages;

import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of leased messages of one queue that nobody acknowledged: each waits again at its old place, or is a dead letter from
 * here on, or has expired meanwhile. A message dies in the hands of those who acknowledge, never on its way in an answer or to a webhook, nor while it rests:
 * only they can be what it breaks.
 *
 * @param onto the route that they take from then on
 * @param rest how long nobody gets them
 * @param attemptsMax how often a message may be handed out
 */
record GiveBack(String recipient, Route onto, Rest rest, int attemptsMax) {

    /** Names the rows that {@link #records} looks at, beside those of the leases. */
    static void require(Requirements requirements) {
        requirements.queueTotals();
    }

    /** What giving back leaves in the log. */
    List<LogRecord> records(WorkingSet rows, List<LeaseRow> returned) {
        List<LogRecord> records = new ArrayList<>();
        List<LeasedMessage> waiting = new ArrayList<>(returned.size());
        for (LeaseRow row : returned) {
            LeasedMessage message = row.message();
            if (row.isExpiredAt(rows.now())) {
                records.add(new LogRecord.MessageExpired(
                        message.messageId(),
                        new QueuedCopy(recipient, message.seq(), row.route(), message.contentBytes(), false)));
            } else if (message.attempt() >= attemptsMax && LeaseHolder.acknowledges(row.leasedBy())) {
                records.add(
                        new LogRecord.MessageDead(message.messageId(), recipient, message.attempt(), message.seq()));
            } else {
                waiting.add(message);
            }
        }
        records.addAll(rest.records(rows, recipient, onto, waiting));
        return records;
    }
}
