package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.cluster.LocalWakeups;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for the notifications of all replicas, its own among them, on a connection that does nothing else. When its own do not
 * come back the connection is replaced, and whenever it was replaced everybody looks at everything.
 */
final class HintReceiver {

    private static final Logger log = LoggerFactory.getLogger(HintReceiver.class);

    /** Longer than a notification ever takes, and shorter than anybody likes to wait for a poll. */
    static final Duration SILENCE_MAX = Duration.ofSeconds(3);

    private static final int LISTEN_MILLIS = 500;
    private static final long RETRY_MILLIS = 500;

    private final CommitConnection.ConnectionSource source;
    private final LocalWakeups local;
    private final OwnEcho echo;
    private final String origin;
    private final Duration silenceMax;
    private @Nullable Connection open;
    private boolean failing;

    /**
     * Makes the receiver.
     *
     * @param silenceMax how long an own notification may be on its way
     */
    HintReceiver(
            CommitConnection.ConnectionSource source,
            LocalWakeups local,
            OwnEcho echo,
            String origin,
            Duration silenceMax) {
        this.silenceMax = silenceMax;
        this.source = source;
        this.local = local;
        this.echo = echo;
        this.origin = origin;
    }

    /** One round: connects if need be, then hands on what comes within a short time. */
    void runOnce() {
        try {
            Connection connection = open;
            if (connection == null) {
                connection = listen();
            }
            PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications(LISTEN_MILLIS);
            if (heard != null) {
                for (PGNotification notification : heard) {
                    receive(notification.getParameter());
                }
            }
            if (echo.silence(System.nanoTime()).compareTo(silenceMax) > 0) {
                log.warn("No notification has arrived for {}: listening on a new connection", silenceMax);
                close();
            }
        } catch (SQLException broken) {
            close();
            if (!failing) {
                failing = true;
                log.warn("Hints of other replicas cannot be heard at present: {}", broken.getMessage());
            }
            // Not all replicas at once, when the database is back.
            LockSupport.parkNanos(
                    Duration.ofMillis(RETRY_MILLIS + ThreadLocalRandom.current().nextLong(RETRY_MILLIS))
                            .toNanos());
        }
    }

    private Connection listen() throws SQLException {
        Connection connection = source.open();
        open = connection;
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + HintSender.CHANNEL);
        }
        echo.startOver();
        if (failing) {
            failing = false;
            log.info("Hints of other replicas are heard again");
        }
        local.rescan();
        return connection;
    }

    private void receive(String payload) {
        try {
            HintText.Head head = HintText.headOf(payload);
            if (head.origin().equals(origin)) {
                // Told within this process before it was sent.
                echo.heard(head.number());
            } else {
                HintText.deliver(payload, local);
            }
        } catch (IllegalArgumentException ofAnotherVersion) {
            local.rescan();
        } catch (RuntimeException fault) {
            log.error("A listener failed on a hint", fault);
        }
    }

    void close() {
        Connection connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException alreadyBroken) {
                log.debug("Closing the listening connection failed", alreadyBroken);
            }
        }
    }
}
