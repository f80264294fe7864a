package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.removal.FoundContent;
import dev.agentkernel.core.removal.LoggedContent;
import dev.agentkernel.core.removal.PlacedRemoval;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.embedded.log.LineVisitor;
import dev.agentkernel.storage.embedded.log.LogLine;
import dev.agentkernel.storage.embedded.log.LogStateUnknownException;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.records.EventReader;
import dev.agentkernel.storage.records.Redactions;
import dev.agentkernel.storage.records.StoredRemoval;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** The transparency log in H2, and contents in the segments of the event log, which have no index but that of seqs. */
final class EmbeddedRemovalStore implements RemovalStore {

    private static final String AFTER =
            StoredRemoval.SELECT + "WHERE r.number > ? ORDER BY r.number FETCH FIRST ? ROWS ONLY";
    private static final String OF =
            StoredRemoval.SELECT + "WHERE r.target = ? AND r.kind = ? ORDER BY r.target, r.number";
    private static final String UNERASED =
            StoredRemoval.SELECT + "WHERE r.erased = FALSE ORDER BY r.erased, r.number FETCH FIRST ? ROWS ONLY";
    private static final String COUNT = "SELECT COALESCE(MAX(number), 0) FROM removals";
    // Goes through all messages, as the search in the log goes through all events: ids of what waits have no index.
    private static final String QUEUED = """
            SELECT m.seq, a.address, c.content FROM messages m JOIN message_contents c ON c.seq = m.seq
            JOIN agents a ON a.registered_seq = m.recipient WHERE m.message_id = ?""";

    /** What stands before the data of an event in its line is shorter than this. */
    private static final int HEAD_BYTES_MAX = 300;

    private static final byte[] DATA = "\"data\":".getBytes(StandardCharsets.US_ASCII);

    private final H2Database database;
    private final SegmentLog segments;

    EmbeddedRemovalStore(H2Database database, SegmentLog segments) {
        this.database = database;
        this.segments = segments;
    }

    @Override
    public List<Removal> removals(long afterNumber, int removalsMax) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(AFTER);
            statement.setLong(1, afterNumber);
            statement.setInt(2, removalsMax);
            return placed(statement).stream().map(PlacedRemoval::removal).toList();
        });
    }

    @Override
    public long removalCount() {
        return database.read(session -> {
            try (ResultSet row = session.prepare(COUNT).executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    @Override
    public List<PlacedRemoval> of(Collection<RemovalTarget> targets) {
        return database.read(session -> {
            List<PlacedRemoval> found = new ArrayList<>();
            PreparedStatement statement = session.prepare(OF);
            for (RemovalTarget target : targets) {
                statement.setBytes(1, target.name().getBytes(StandardCharsets.UTF_8));
                statement.setInt(2, target.kind().ordinal());
                found.addAll(placed(statement));
            }
            found.sort(Comparator.comparingLong(removal -> removal.removal().number()));
            return found;
        });
    }

    @Override
    public List<PlacedRemoval> unerased(int removalsMax) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(UNERASED);
            statement.setInt(1, removalsMax);
            return placed(statement);
        });
    }

    private static List<PlacedRemoval> placed(PreparedStatement statement) throws SQLException {
        List<PlacedRemoval> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(StoredRemoval.read(row));
            }
        }
        return found;
    }

    @Override
    public Optional<FoundContent> queuedMessage(UUID messageId) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(QUEUED);
            statement.setObject(1, messageId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new FoundContent(
                                ByteString.wrap(row.getBytes(3)), row.getLong(1), row.getString(2), null, false))
                        : Optional.empty();
            }
        });
    }

    @Override
    public List<Long> loggedIn(RemovalTarget target, long afterSeq, long upToSeq) {
        byte[] beginning = Redactions.beginningOf(target);
        List<Long> seqs = new ArrayList<>();
        scan(afterSeq, line -> {
            if (line.seq() <= upToSeq
                    && dataBeginsWith(line, beginning)
                    && Redactions.typeOf(target.kind()) == event(line).type()) {
                seqs.add(line.seq());
            }
            return line.seq() < upToSeq;
        });
        return seqs;
    }

    /** Without parsing: the first member of the data tells. */
    private static boolean dataBeginsWith(LogLine line, byte[] beginning) {
        int end = Math.min(line.length(), HEAD_BYTES_MAX);
        for (int i = 0; i + DATA.length <= end; i++) {
            int at = line.offset() + i;
            if (Arrays.equals(line.buffer(), at, at + DATA.length, DATA, 0, DATA.length)) {
                int from = at + DATA.length;
                int to = from + beginning.length;
                return to < line.offset() + line.length()
                        && Arrays.equals(line.buffer(), from, to, beginning, 0, beginning.length)
                        && line.buffer()[to] == ',';
            }
        }
        return false;
    }

    private static Event event(LogLine line) {
        return Objects.requireNonNull(EventReader.read(line.buffer(), line.offset(), line.length(), EventFilter.ALL));
    }

    @Override
    public Optional<LoggedContent> content(long seq) {
        List<LoggedContent> found = new ArrayList<>(1);
        scan(seq - 1, line -> {
            if (line.seq() == seq) {
                Event event = event(line);
                found.add(new LoggedContent(seq, Redactions.contentOf(event.type(), event.data())));
            }
            return false;
        });
        return found.stream().findFirst();
    }

    private void scan(long since, LineVisitor visitor) {
        try {
            segments.scan(since, visitor);
        } catch (IOException unreadable) {
            throw new StorageException(Remedy.RETRY, "the event log cannot be read after seq " + since, unreadable);
        }
    }

    @Override
    public void blank(NavigableSet<Long> seqs, Removal removal) {
        try {
            segments.rewrite(seqs, line -> Redactions.blanked(line.buffer(), line.offset(), line.length()));
        } catch (LogStateUnknownException unknown) {
            throw new FatalStorageException("nobody knows what the event log holds", unknown);
        } catch (IOException failed) {
            throw new StorageException(Remedy.RETRY, "content could not be blanked in the event log", failed);
        }
    }
}
