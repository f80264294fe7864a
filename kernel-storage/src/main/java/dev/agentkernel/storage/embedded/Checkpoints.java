package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.storage.embedded.log.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStore.TxCounter;
import org.jspecify.annotations.Nullable;

/**
 * Lets H2 write its file only from the thread that changes the tables, so that the file never holds half a batch.
 *
 * <p>H2's own background writer takes the root of one table after the other while transactions go on, and what it stores may hold
 * the position in the log without all the rows that were committed with it. Nothing heals that after a kill: the replay begins
 * behind the position. Without other threads every stored state is one moment of the one writer, and H2 can take an unfinished
 * transaction back. See ADR 13.
 */
final class Checkpoints {

    /** Part of the database's URL: no background writer; every transaction is stored as it ends, until {@link #begin}. */
    static final String NO_BACKGROUND_WRITER = ";WRITE_DELAY=0";

    /** How much is lost to a kill, and so replayed from the log, at most: a start replays faster than it was committed. */
    static final Duration PERIOD = Duration.ofSeconds(2);

    /**
     * How much may be changed and not yet in the file. H2's own limit is 1 MiB, which a single batch can reach: then every
     * transaction would write its pages, which are much the same ones as those of the one before.
     */
    private static final int UNSAVED_BYTES_MAX = 16 << 20;

    /** Not 0, with which H2 would store at the end of every transaction. */
    private static final int ON_DEMAND_ONLY = -1;

    /** Beyond what readers, their mapper and the writers have at once. */
    private static final int TRANSACTIONS_MAX = ReadGate.READERS_MAX + 16;

    /** Below this share of live bytes old chunks of the file are written anew, to be dropped. */
    private static final int FILL_PERCENT_MIN = 50;

    /** What one checkpoint moves at most, so that a commit does not wait long for it. */
    private static final int REWRITE_BYTES_MAX = 2 << 20;

    /** H2 has its header twice, in a block each. */
    private static final int HEADER_BYTES = 2 * 4096;

    private final MVStore store;
    private final long periodNanos;
    private long nextNanos;
    private @Nullable TxCounter frozen;

    private Checkpoints(MVStore store, Duration period) {
        this.store = store;
        this.periodNanos = period.toNanos();
        grantUnsavedBytes();
        this.nextNanos = System.nanoTime() + periodNanos;
    }

    /** Takes over from H2 in a database that was just opened and that nobody else uses yet. */
    static Checkpoints begin(DataSource database, Connection committer, Duration period) throws SQLException {
        makeUndoLogs(database);
        SessionLocal session =
                (SessionLocal) committer.unwrap(JdbcConnection.class).getSession();
        MVStore store = session.getDatabase().getStore().getMvStore();
        store.setAutoCommitDelay(ON_DEMAND_ONLY);
        return new Checkpoints(store, period);
    }

    /**
     * Each transaction has a map for its undo log, made when the first transaction of its number begins. A reader that makes one
     * may have to store for it, in the middle of somebody else's transaction.
     */
    private static void makeUndoLogs(DataSource database) throws SQLException {
        List<Connection> open = new ArrayList<>();
        try {
            while (open.size() < TRANSACTIONS_MAX) {
                Connection connection = database.getConnection();
                open.add(connection);
                connection.setAutoCommit(false);
                connection.createStatement().executeQuery("SELECT id FROM log_position");
            }
        } finally {
            for (Connection connection : open) {
                connection.close();
            }
        }
    }

    /** Writes what changed to the file if it is time; for the committer, between two transactions. */
    void writeIfDue() {
        if (System.nanoTime() - nextNanos >= 0 || store.getUnsavedMemory() >= 0) {
            write();
        }
    }

    /** Writes what changed to the file; for the committer, between two transactions. */
    void write() {
        store.commit();
        if (store.getFileStore().getChunksFillRate() < FILL_PERCENT_MIN) {
            store.compact(FILL_PERCENT_MIN, REWRITE_BYTES_MAX);
        }
        grantUnsavedBytes();
        nextNanos = System.nanoTime() + periodNanos;
    }

    /**
     * Writes and forces what changed, and keeps what the file has now from being written over until {@link #thaw}; for the
     * committer, between two transactions. The file grows meanwhile.
     *
     * @param position of the log that the tables stand at
     */
    TableSnapshot.Frozen freeze(Position position, Path file) throws IOException {
        write();
        // What the rewriting of chunks has left.
        store.commit();
        grantUnsavedBytes();
        store.sync();
        store.setReuseSpace(false);
        frozen = store.registerVersionUsage();
        try (FileChannel bytes = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            while (header.hasRemaining() && bytes.read(header) >= 0) {
                // until it is whole
            }
            return new TableSnapshot.Frozen(position, ByteString.wrap(header.array()), bytes.size());
        } catch (IOException | RuntimeException failed) {
            thaw();
            throw failed;
        }
    }

    /** Lets H2 use the room again that it has no use for; for the committer. */
    void thaw() {
        TxCounter usage = frozen;
        if (usage != null) {
            frozen = null;
            store.setReuseSpace(true);
            store.deregisterVersionUsage(usage);
        }
    }

    /** H2 counts up to its limit of what is unsaved; it begins that much lower. */
    private void grantUnsavedBytes() {
        store.registerUnsavedMemory(-UNSAVED_BYTES_MAX - store.getUnsavedMemory());
    }
}
