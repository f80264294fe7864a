package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.removal.TransparencyAudit;
import dev.agentkernel.storage.transfer.BackupFiles;
import dev.agentkernel.storage.transfer.Progress;
import dev.agentkernel.storage.transfer.TransferException;
import dev.agentkernel.storage.transfer.TransferException.Reason;
import dev.agentkernel.storage.transfer.Verified;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.postgresql.PGConnection;

/**
 * Backup and restore of the tables of a database: one file for each, as COPY writes it, all of one moment. Kernels may run on the
 * database while it is backed up.
 */
public final class PostgresBackup {

    private static final String STORAGE = "postgres";
    private static final String SCHEMA = "schema";
    private static final String LAST_SEQ = "last-seq";
    private static final String ROWS = "rows.";
    private static final String COLUMNS = "columns.";
    private static final String ENDING = ".copy.gz";

    private static final String VERSION =
            "SELECT max(version || ' ' || checksum) FROM flyway_schema_history WHERE success AND version IS NOT NULL";

    private PostgresBackup() {}

    /**
     * Writes what the database holds at this moment into an empty directory.
     *
     * @return the last event's {@code seq}
     * @throws TransferException if the directory is not empty
     * @throws dev.agentkernel.core.storage.StorageException if the database cannot be used
     */
    public static long backup(PostgresSettings settings, Path to, Progress progress) throws IOException {
        try (Connections connections = Connections.to(settings.withReplica("backup"));
                Connection connection = connections.migrator().getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            requireStore(connection, settings);
            return backup(connection, BackupFiles.create(to, STORAGE), progress);
        } catch (SQLException failed) {
            throw SqlFailures.translate("the database cannot be backed up", failed);
        }
    }

    /**
     * Holds the transparency log against itself and the event log; the database checks its own pages. Kernels may run meanwhile.
     *
     * @throws TransferException if there is no store, or the transparency log is not what was written
     * @throws dev.agentkernel.core.storage.StorageException if the database cannot be used
     */
    public static Verified verify(PostgresSettings settings) {
        try (Connections connections = Connections.to(settings.withReplica("verify"))) {
            try (Connection connection = connections.migrator().getConnection()) {
                requireStore(connection, settings);
            }
            PooledReads reads = new PooledReads(connections);
            return Verified.of(
                    0,
                    new TransparencyAudit(new PostgresRemovalStore(reads, connections), new PostgresEventStore(reads))
                            .run());
        } catch (SQLException failed) {
            throw SqlFailures.translate("the database cannot be verified", failed);
        }
    }

    private static void requireStore(Connection connection, PostgresSettings settings) throws SQLException {
        if (!PostgresTables.all(connection).contains(PostgresTables.COMMITS)) {
            throw new TransferException(
                    Reason.MISSING, "the database at " + settings.place() + " holds no store of a kernel");
        }
    }

    private static long backup(Connection connection, BackupFiles files, Progress progress)
            throws SQLException, IOException {
        for (String table : PostgresTables.copied(connection)) {
            List<String> columns = PostgresTables.columns(connection, table);
            long rows = number("SELECT count(*) FROM " + PostgresTables.copyOf(table), connection);
            progress.begin(table, rows);
            long[] copied = new long[1];
            files.write(table + ENDING, bytes -> {
                GZIPOutputStream packed = new GZIPOutputStream(bytes, 1 << 16);
                copied[0] = copyOut(connection, table, columns, new Counted(packed, progress));
                packed.finish();
            });
            if (copied[0] != rows) {
                throw new IllegalStateException("the table " + table + " has " + rows + " rows, but " + copied[0]
                        + " were written in the same moment");
            }
            files.setProperty(ROWS + table, Long.toString(rows));
            files.setProperty(COLUMNS + table, String.join(",", columns));
        }
        long lastSeq = number("SELECT last_seq FROM counter WHERE id = 1", connection);
        files.setProperty(LAST_SEQ, Long.toString(lastSeq));
        files.setProperty(SCHEMA, text(VERSION, connection));
        files.complete();
        return lastSeq;
    }

    private static long copyOut(Connection connection, String table, List<String> columns, OutputStream bytes)
            throws IOException {
        String sql =
                "COPY (SELECT " + String.join(", ", columns) + " FROM " + PostgresTables.copyOf(table) + ") TO STDOUT";
        try {
            return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, bytes);
        } catch (SQLException failed) {
            throw new IOException("the table " + table + " cannot be read: " + failed.getMessage(), failed);
        }
    }

    private static long number(String sql, Connection connection) throws SQLException {
        return Long.parseLong(text(sql, connection));
    }

    private static String text(String sql, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /**
     * Fills an empty database from a backup, in one transaction.
     *
     * @return the last event's {@code seq}
     * @throws TransferException if the backup is damaged or of another version, or the database is not empty
     * @throws dev.agentkernel.core.storage.StorageException if the database cannot be used
     */
    public static long restore(Path from, PostgresSettings settings, Progress progress) throws IOException {
        BackupFiles files = BackupFiles.open(from, STORAGE);
        files.verify(progress);
        try (PostgresImport target = PostgresImport.begin(settings)) {
            if (!target.schema(VERSION).equals(files.property(SCHEMA))) {
                throw new TransferException(
                        Reason.MISSING,
                        "the backup was made by another version of the kernel (schema " + files.property(SCHEMA)
                                + ", here " + target.schema(VERSION) + "); restore it with that version, then upgrade");
            }
            return restore(files, target, progress);
        } catch (SQLException failed) {
            throw SqlFailures.translate("the database cannot be restored", failed);
        }
    }

    private static long restore(BackupFiles files, PostgresImport target, Progress progress)
            throws IOException, SQLException {
        makePartitions(files, target);
        for (String table : target.tables()) {
            long expected = Long.parseLong(files.property(ROWS + table));
            progress.begin(table, expected);
            PostgresImport.Rows rows =
                    target.rows(table, List.of(files.property(COLUMNS + table).split(",")));
            try (InputStream lines = unpacked(files, table)) {
                byte[] buffer = new byte[1 << 16];
                for (int read = lines.read(buffer); read >= 0; read = lines.read(buffer)) {
                    rows.addLines(buffer, read);
                    progress.advance(lineFeeds(buffer, read));
                }
            }
            rows.end();
            if (target.count(table) != expected) {
                throw new TransferException(
                        Reason.DAMAGED,
                        "the table " + table + " has " + target.count(table) + " rows after the restore, but "
                                + expected + " were backed up; nothing was kept");
            }
        }
        long lastSeq = Long.parseLong(files.property(LAST_SEQ));
        if (target.lastSeq() != lastSeq) {
            throw new TransferException(
                    Reason.DAMAGED,
                    "the restored store ends with event " + target.lastSeq() + ", but the backup was made at event "
                            + lastSeq + "; nothing was kept");
        }
        target.commit();
        return lastSeq;
    }

    /** Every day that has events has a row, which is how readers find its partition. */
    private static void makePartitions(BackupFiles files, PostgresImport target) throws IOException, SQLException {
        int day = List.of(files.property(COLUMNS + PostgresTables.EVENT_DAYS).split(","))
                .indexOf("day");
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(unpacked(files, PostgresTables.EVENT_DAYS), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                target.makePartition(LocalDate.parse(line.split("\t")[day]));
            }
        }
    }

    private static InputStream unpacked(BackupFiles files, String table) throws IOException {
        return new GZIPInputStream(files.read(table + ENDING), 1 << 16);
    }

    private static long lineFeeds(byte[] bytes, int length) {
        long count = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                count++;
            }
        }
        return count;
    }

    /** Tells of each row that passes. */
    private static final class Counted extends FilterOutputStream {

        private final Progress progress;

        Counted(OutputStream bytes, Progress progress) {
            super(bytes);
            this.progress = progress;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            // The driver gives row by row.
            progress.advance(1);
        }
    }
}
