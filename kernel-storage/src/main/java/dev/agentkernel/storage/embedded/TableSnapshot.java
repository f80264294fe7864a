package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.storage.embedded.log.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A copy of the tables' file, forced to the disk: from it and the log behind its position the tables are built anew when their own
 * file is damaged and the log no longer reaches back to its beginning. What the log drops must lie before that position.
 *
 * <p>H2 does not force its file, and writes over what it has no use for any more: after a power cut it may be beyond repair, and
 * without the whole log nothing else would have what was acknowledged.
 */
final class TableSnapshot {

    private static final String NAME_END = "-snapshot";
    private static final String UNFINISHED_NAME_END = "-snapshot-unfinished";

    private final Path database;
    private final Path unfinishedName;
    private final Path file;

    /** The first bytes of H2's file at one moment, which stay as they are until the end of the copy. */
    record Frozen(Position position, ByteString header, long bytes) {}

    /** The snapshot beside the database of this name (without the ending of its file). */
    TableSnapshot(Path name) {
        this.database = H2Database.fileOf(name);
        this.unfinishedName = name.resolveSibling(name.getFileName() + UNFINISHED_NAME_END);
        this.file = H2Database.fileOf(name.resolveSibling(name.getFileName() + NAME_END));
    }

    boolean exists() {
        return Files.exists(file);
    }

    Path file() {
        return file;
    }

    /** Puts a copy of the snapshot in the place of the database's file. */
    void restore() throws IOException {
        Path copy = H2Database.fileOf(unfinishedName);
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
            write(copy, new byte[0], from, from.size());
        }
        Files.move(copy, database, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory();
    }

    /**
     * Takes the place of the snapshot before it, once it is whole and forced; the database may go on meanwhile.
     *
     * @param frozen what is copied of the database's file
     * @param stillFrozen asked when everything is copied
     * @return whether it did: not if the database was opened anew meanwhile, or the copy does not stand where it should
     */
    boolean replace(Frozen frozen, BooleanSupplier stillFrozen) throws IOException {
        Path copy = H2Database.fileOf(unfinishedName);
        try (FileChannel from = FileChannel.open(database, StandardOpenOption.READ)) {
            write(copy, frozen.header().unsafeArray(), from, frozen.bytes());
        }
        if (!stillFrozen.getAsBoolean() || !standsAt(frozen.position())) {
            Files.delete(copy);
            return false;
        }
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory();
        return true;
    }

    private static void write(Path copy, byte[] header, FileChannel from, long bytes) throws IOException {
        Files.deleteIfExists(copy);
        try (FileChannel to = FileChannel.open(
                copy,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer first = ByteBuffer.wrap(header);
            while (first.hasRemaining()) {
                to.write(first);
            }
            long at = header.length;
            while (at < bytes) {
                long moved = from.transferTo(at, bytes - at, to);
                if (moved == 0) {
                    break;
                }
                at += moved;
            }
            to.force(true);
        }
    }

    /** Opens the copy as a database, and lets nothing of that stay in it. */
    private boolean standsAt(Position expected) throws IOException {
        String url = "jdbc:h2:file:" + unfinishedName.toAbsolutePath() + ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r";
        try (Connection connection = DriverManager.getConnection(url, "kernel", "");
                H2Session session = new H2Session(connection)) {
            return LogProgress.read(session).position().equals(expected);
        } catch (SQLException unreadable) {
            throw new IOException("the snapshot of the tables cannot be read", unreadable);
        }
    }

    private void forceDirectory() throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
