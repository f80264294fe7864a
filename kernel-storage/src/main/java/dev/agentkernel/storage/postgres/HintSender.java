package dev.agentkernel.storage.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what has gathered as one notification, in a transaction of its own on a connection of its own. Every notification takes
 * a lock of the whole server until its commit, so there are at most so many in a second; the first after a pause goes at once.
 */
final class HintSender {

    private static final Logger log = LoggerFactory.getLogger(HintSender.class);

    static final String CHANNEL = "agent_kernel_hints";

    /** At most 67 notifications in a second. */
    private static final Duration GAP = Duration.ofMillis(15);

    /** After so long without a hint an empty notification shows whether notifications arrive. */
    private static final Duration BEAT = Duration.ofSeconds(1);

    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private static final String NOTIFY =
            "SELECT count(pg_notify('" + CHANNEL + "', payload)) FROM unnest(?::text[]) AS payload";

    private final CommitConnection.ConnectionSource source;
    private final HintBuffer buffer;
    private final OwnEcho echo;
    private final String origin;
    private final AtomicLong sent = new AtomicLong();
    private @Nullable Connection open;
    private boolean failing;

    HintSender(CommitConnection.ConnectionSource source, HintBuffer buffer, OwnEcho echo, String origin) {
        this.source = source;
        this.buffer = buffer;
        this.echo = echo;
        this.origin = origin;
    }

    /** One round: waits for hints, or until it is time to be heard again, and sends. */
    void runOnce() throws InterruptedException {
        HintBuffer.Gathered gathered = buffer.take(BEAT);
        try {
            send(gathered);
            failing = false;
            LockSupport.parkNanos(GAP.toNanos());
        } catch (SQLException away) {
            close();
            buffer.addEverything();
            if (!failing) {
                failing = true;
                log.warn("Hints cannot be sent to the other replicas at present: {}", away.getMessage());
            }
            LockSupport.parkNanos(RETRY_PAUSE.toNanos());
        }
    }

    private void send(HintBuffer.Gathered gathered) throws SQLException {
        Connection connection = open;
        if (connection == null) {
            connection = source.open();
            open = connection;
        }
        long number = echo.next();
        List<String> payloads =
                HintText.payloads(new HintText.Head(origin, number), gathered.hints(), gathered.everything());
        try (PreparedStatement statement = connection.prepareStatement(NOTIFY)) {
            statement.setObject(1, payloads.toArray(String[]::new));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
            }
        }
        echo.sent(number, System.nanoTime());
        sent.addAndGet(payloads.size());
    }

    /** How many notifications have gone out. */
    long sent() {
        return sent.get();
    }

    void close() {
        Connection connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException alreadyBroken) {
                log.debug("Closing the connection for hints failed", alreadyBroken);
            }
        }
    }
}
