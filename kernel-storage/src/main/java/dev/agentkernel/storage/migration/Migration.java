package dev.agentkernel.storage.migration;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.embedded.EmbeddedContents;
import dev.agentkernel.storage.postgres.PostgresImport;
import dev.agentkernel.storage.postgres.PostgresSettings;
import dev.agentkernel.storage.transfer.Progress;
import dev.agentkernel.storage.transfer.TransferException;
import dev.agentkernel.storage.transfer.TransferException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies an embedded data directory into an empty PostgreSQL database: tables, events and secrets, so that tokens, addresses,
 * queues, leases and idempotency keys go on. All of it is one transaction: if it is interrupted, the database is empty, and the
 * migration can be run again. The data directory stays as it is.
 */
public final class Migration {

    /**
     * What was copied and found again in the target.
     *
     * @param rows by table of the target, events among them
     * @param lastSeq of the last event, which the target goes on behind
     */
    public record Report(Map<String, Long> rows, long lastSeq) {}

    private final EmbeddedContents source;
    private final PostgresImport target;
    private final Progress progress;
    private final Map<String, Long> copied = new LinkedHashMap<>();

    private Migration(EmbeddedContents source, PostgresImport target, Progress progress) {
        this.source = source;
        this.target = target;
        this.progress = progress;
    }

    /**
     * Copies everything, holds the target against the source, and only then keeps it.
     *
     * @throws TransferException if there is no store, or the target is not empty
     * @throws dev.agentkernel.storage.embedded.DirectoryInUseException if a kernel works on the directory
     * @throws dev.agentkernel.core.storage.StorageException if the database cannot be used
     */
    public static Report run(Path dataDirectory, PostgresSettings target, Progress progress) throws IOException {
        try (EmbeddedContents source = EmbeddedContents.open(dataDirectory);
                PostgresImport into = PostgresImport.begin(target)) {
            return new Migration(source, into, progress).copy();
        } catch (SQLException failed) {
            throw new StorageException(Remedy.NONE, "the migration failed, and nothing was kept", failed);
        }
    }

    private Report copy() throws IOException, SQLException {
        for (String table : target.tables()) {
            if (!SourceTable.NOT_FROM_TABLES.contains(table)) {
                copied.put(table, copyTable(table));
            }
        }
        copied.put("secrets", copySecrets());
        copied.put("events", copyEvents());
        Instant lastTime = source.lastTime();
        target.setCounter(source.lastSeq(), ChronoUnit.MICROS.between(Instant.EPOCH, lastTime));
        verify();
        target.commit();
        return new Report(copied, source.lastSeq());
    }

    private long copyTable(String table) throws SQLException {
        List<String> columns = target.columns(table);
        long expected = source.count(SourceTable.of(table));
        progress.begin(table, expected);
        PostgresImport.Rows rows = target.rows(table, columns);
        source.rows(SourceTable.query(table, columns), row -> {
            rows.add(values(row, columns));
            progress.advance(1);
        });
        long taken = rows.end();
        requireEqual("rows of the table " + table, expected, taken);
        return taken;
    }

    private static @Nullable Object[] values(ResultSet row, List<String> columns) throws SQLException {
        @Nullable Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.getObject(columns.get(i));
        }
        return values;
    }

    private long copySecrets() throws IOException, SQLException {
        Map<String, ByteString> secrets = source.secrets();
        progress.begin("secrets", secrets.size());
        PostgresImport.Rows rows = target.rows("secrets", List.of("name", "value"));
        for (Map.Entry<String, ByteString> secret : secrets.entrySet()) {
            rows.add(secret.getKey(), secret.getValue().unsafeArray());
            progress.advance(1);
        }
        return rows.end();
    }

    private long copyEvents() throws IOException, SQLException {
        long first = source.firstSeq();
        long expected = source.lastSeq() - first + 1;
        progress.begin("events", expected);
        PostgresImport.Events events = target.events();
        source.events(event -> {
            events.add(event);
            progress.advance(1);
        });
        long taken = events.end();
        requireEqual("events from " + first + " on", expected, taken);
        return taken;
    }

    private void verify() throws SQLException {
        List<String> tables = new ArrayList<>(copied.keySet());
        progress.begin("verifying", tables.size());
        for (String table : tables) {
            requireEqual("rows of the table " + table, Objects.requireNonNull(copied.get(table)), target.count(table));
            progress.advance(1);
        }
        requireEqual("last seq", source.lastSeq(), target.lastSeq());
    }

    private static void requireEqual(String what, long inSource, long inTarget) {
        if (inSource != inTarget) {
            throw new TransferException(
                    Reason.DAMAGED,
                    what + ": the source has " + inSource + ", but the target got " + inTarget
                            + "; nothing was kept there. Check the data directory with the command verify");
        }
    }
}
