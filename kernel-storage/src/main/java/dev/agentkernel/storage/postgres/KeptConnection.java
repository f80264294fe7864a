package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.storage.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection for small writes outside of the commits, replaced when it breaks. Used by one thread at a time. */
final class KeptConnection {

    private static final Logger log = LoggerFactory.getLogger(KeptConnection.class);

    private final CommitConnection.ConnectionSource source;
    private @Nullable Connection open;

    KeptConnection(CommitConnection.ConnectionSource source) {
        this.source = source;
    }

    /**
     * Runs a script as one transaction; a second time if the connection turns out to have broken before.
     *
     * @param script makes the script, with nothing read yet
     * @throws StorageException if the database is away
     */
    void run(Supplier<Script> script) {
        boolean kept = open != null;
        try {
            try {
                attempt(script.get());
            } catch (SQLException failed) {
                close();
                if (!kept || !SqlFailures.isConnectionLost(failed)) {
                    throw failed;
                }
                attempt(script.get());
            }
        } catch (SQLException failed) {
            close();
            throw SqlFailures.translate("the database cannot be written at present", failed);
        }
    }

    private void attempt(Script script) throws SQLException {
        Connection connection = open;
        if (connection == null) {
            connection = source.open();
            open = connection;
        }
        script.execute(connection);
    }

    void close() {
        Connection connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException alreadyBroken) {
                log.debug("Closing a connection failed", alreadyBroken);
            }
        }
    }
}
