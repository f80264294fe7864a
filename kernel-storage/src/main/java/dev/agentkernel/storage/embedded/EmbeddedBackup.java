package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.embedded.log.BatchVisitor;
import dev.agentkernel.storage.embedded.log.LogException;
import dev.agentkernel.storage.embedded.log.LogLine;
import dev.agentkernel.storage.embedded.log.LogSettings;
import dev.agentkernel.storage.embedded.log.NioLogFiles;
import dev.agentkernel.storage.embedded.log.Position;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.transfer.BackupFiles;
import dev.agentkernel.storage.transfer.Progress;
import dev.agentkernel.storage.transfer.TransferException;
import dev.agentkernel.storage.transfer.TransferException.Reason;
import dev.agentkernel.storage.transfer.Verified;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Backup, restore and verification of a data directory. No kernel may work on it meanwhile: the directory is locked, and a backup
 * is of one moment, tables included, so that a restored kernel starts at once however long its history is.
 */
public final class EmbeddedBackup {

    private static final String STORAGE = "embedded";
    private static final String LAST_SEQ = "last-seq";
    private static final String TABLES_FILE = EmbeddedStorage.DATABASE + ".mv.db";

    private EmbeddedBackup() {}

    /**
     * Copies a data directory into an empty one.
     *
     * @return the last event's {@code seq}
     * @throws DirectoryInUseException if a kernel works on the directory
     * @throws TransferException if there is no store, or the target is not empty
     */
    public static long backup(Path dataDirectory, Path to, Progress progress) throws IOException {
        EmbeddedContents.requireStore(dataDirectory);
        BackupFiles files = BackupFiles.create(to, STORAGE);
        long lastSeq;
        Map<String, ByteString> secrets;
        // Opened and closed first: what a crash left is finished by then, and everything is in the files.
        try (EmbeddedContents contents = EmbeddedContents.open(dataDirectory)) {
            lastSeq = contents.lastSeq();
            secrets = contents.secrets();
        } catch (SQLException failed) {
            throw unreadable(failed);
        }
        try (DirectoryLock lock = DirectoryLock.take(dataDirectory)) {
            for (Map.Entry<String, ByteString> secret : secrets.entrySet()) {
                byte[] line = (secret.getValue().toHex() + "\n").getBytes(StandardCharsets.US_ASCII);
                files.write(secret.getKey(), bytes -> bytes.write(line));
            }
            copy(dataDirectory.resolve(TABLES_FILE), TABLES_FILE, files, progress);
            for (Path segment : segments(dataDirectory)) {
                copy(segment, EmbeddedStorage.EVENTS + "/" + segment.getFileName(), files, progress);
            }
        }
        files.setProperty(LAST_SEQ, Long.toString(lastSeq));
        files.complete();
        return lastSeq;
    }

    private static List<Path> segments(Path dataDirectory) throws IOException {
        try (Stream<Path> files = Files.list(dataDirectory.resolve(EmbeddedStorage.EVENTS))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void copy(Path from, String name, BackupFiles files, Progress progress) throws IOException {
        progress.begin(name, Files.size(from));
        files.write(name, bytes -> {
            try (InputStream content = Files.newInputStream(from)) {
                transfer(content, bytes, progress);
            }
        });
    }

    private static void transfer(InputStream content, OutputStream bytes, Progress progress) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            bytes.write(buffer, 0, read);
            progress.advance(read);
        }
    }

    /**
     * Fills an empty data directory from a backup and opens it once, to see that it is what was backed up.
     *
     * @return the last event's {@code seq}
     * @throws TransferException if the backup is damaged, or the directory is not empty
     */
    public static long restore(Path from, Path dataDirectory, Progress progress) throws IOException {
        BackupFiles files = BackupFiles.open(from, STORAGE);
        files.verify(progress);
        BackupFiles.requireEmpty(dataDirectory);
        // Also when there is no event yet.
        BackupFiles.requireEmpty(dataDirectory.resolve(EmbeddedStorage.EVENTS));
        for (String name : files.names()) {
            if (BackupFiles.isOwn(name)) {
                continue;
            }
            progress.begin(name, files.size(name));
            write(files, name, dataDirectory.resolve(name), progress);
        }
        try (EmbeddedContents contents = EmbeddedContents.open(dataDirectory)) {
            if (contents.lastSeq() != Long.parseLong(files.property(LAST_SEQ))) {
                throw new TransferException(
                        Reason.DAMAGED,
                        "the restored store ends with event " + contents.lastSeq()
                                + ", but the backup was made at event " + files.property(LAST_SEQ));
            }
            if (contents.firstSeq() > 1) {
                // Where the log does not reach back to its beginning the tables are held twice.
                progress.begin("snapshot of the tables", files.size(TABLES_FILE));
                Path snapshot = new TableSnapshot(dataDirectory.resolve(EmbeddedStorage.DATABASE)).file();
                write(files, TABLES_FILE, snapshot, progress);
            }
            return contents.lastSeq();
        } catch (SQLException failed) {
            throw unreadable(failed);
        }
    }

    private static void write(BackupFiles files, String name, Path file, Progress progress) throws IOException {
        try (InputStream content = files.read(name);
                OutputStream bytes = BackupFiles.newFile(file)) {
            transfer(content, bytes, progress);
        }
        BackupFiles.force(file);
    }

    private static StorageException unreadable(SQLException failed) {
        return new StorageException(Remedy.NONE, "the embedded database cannot be read", failed);
    }

    /**
     * Holds every batch that the log of a data directory still has against its checksum, and the transparency log against itself
     * and the log.
     *
     * @throws DirectoryInUseException if a kernel works on the directory
     * @throws LogException if a batch is not what was written; the message names file and offset
     * @throws TransferException if the transparency log is not what was written; the message names the entry
     */
    public static Verified verify(Path dataDirectory, Progress progress) throws IOException {
        long records = verifyLog(dataDirectory, progress);
        // The tables are opened only now: what a crash left is applied to them from a log that is sound.
        try (EmbeddedContents contents = EmbeddedContents.open(dataDirectory)) {
            return Verified.of(records, contents.auditTransparency());
        } catch (SQLException failed) {
            throw unreadable(failed);
        }
    }

    private static long verifyLog(Path dataDirectory, Progress progress) throws IOException {
        EmbeddedContents.requireStore(dataDirectory);
        long[] records = new long[1];
        try (DirectoryLock lock = DirectoryLock.take(dataDirectory);
                SegmentLog segments = SegmentLog.open(
                        dataDirectory.resolve(EmbeddedStorage.EVENTS),
                        LogSettings.ofSegmentBytes(LogSettings.DEFAULT_SEGMENT_BYTES),
                        new NioLogFiles())) {
            long first = segments.oldestSegmentFirstSeq().orElse(1);
            progress.begin("events", segments.lastSeq() - first + 1);
            segments.replayAll(new BatchVisitor() {

                @Override
                public void line(LogLine line) {
                    records[0]++;
                    if (line.seq() > 0) {
                        progress.advance(1);
                    }
                }

                @Override
                public boolean endBatch(Position end) {
                    return true;
                }
            });
        }
        return records[0];
    }
}
