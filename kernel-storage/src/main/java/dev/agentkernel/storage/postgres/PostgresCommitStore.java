package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.CommitStore;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.records.ActivityTally;
import dev.agentkernel.storage.records.Micros;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Commits a batch in one transaction and two round trips: lock and load; then, when everything is decided, write, take the next
 * places in history, and commit.
 *
 * <p>Until the second round trip begins nothing can be kept, and every failure gives the batch back. From then on a failure
 * leaves open what was kept, and the committer's row tells.
 */
final class PostgresCommitStore implements CommitStore, AutoCloseable {

    /** A batch of which for certain nothing was kept, and which may well succeed at once, is tried so often. */
    private static final int ATTEMPTS_MAX = 5;

    private static final String PLACE = """
            WITH place AS (
                INSERT INTO commits (number, last_seq, last_time, credential_epoch, state_bytes, state_keys, queue_bytes,
                    agent_count, replica, batch, first_seq)
                SELECT number + 1, CASE WHEN credential_epoch = ? THEN last_seq + ? ELSE -1 END, GREATEST(last_time, ?),
                    credential_epoch + ?, CASE WHEN state_bytes <= ? AND queue_bytes <= ? THEN state_bytes + ? ELSE -1 END,
                    state_keys + ?, queue_bytes + ?, agent_count + ?, ?, ?, last_seq + 1
                FROM commits ORDER BY number DESC LIMIT 1
                RETURNING first_seq, last_time),
            day AS (
                INSERT INTO event_days (day, first_seq)
                SELECT DATE '1970-01-01' + (last_time / 86400000000)::integer, first_seq FROM place
                ON CONFLICT DO NOTHING)
            SELECT first_seq, last_time FROM place""";

    private final CommitConnection connection;
    private final CommitterName name;
    private final RowLoader loader;
    private final String replica;
    private final ActivityTally tally;
    private final WriteListener listener;

    PostgresCommitStore(
            CommitConnection connection,
            CommitterName name,
            RowLoader loader,
            String replica,
            ActivityTally tally,
            WriteListener listener) {
        this.connection = connection;
        this.name = name;
        this.loader = loader;
        this.replica = replica;
        this.tally = tally;
        this.listener = listener;
    }

    /** Grows with each process that takes the replica's name. */
    long epoch() {
        return name.epoch();
    }

    @Override
    public Committed commit(Batch batch) {
        Requirements requirements = batch.requirements();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(batch, requirements, attempt > 1);
            } catch (ConflictException conflict) {
                if (attempt == ATTEMPTS_MAX) {
                    throw new StorageException(
                            Remedy.RETRY, "a batch was not kept in " + attempt + " attempts", conflict);
                }
            }
        }
    }

    /** Another transaction got in the way, or the connection broke; nothing was kept. */
    private static final class ConflictException extends Exception {

        private static final long serialVersionUID = 1L;

        ConflictException(String message) {
            super(message);
        }

        ConflictException(SQLException cause) {
            super(cause);
        }
    }

    private Committed attempt(Batch batch, Requirements requirements, boolean totalsLocked) throws ConflictException {
        LoadedRows loaded = load(requirements, totalsLocked);
        BatchDecision decision;
        TableChanges changes;
        try {
            name.requireCurrent(loaded.epoch());
            decision = decide(batch, loaded, totalsLocked);
            if (decision.decided().isEmpty()) {
                connection.giveUpTransaction();
                Stamp unused = new Stamp(loaded.lastSeq() + 1, loaded.now());
                return new Committed(decision.decided().outcomes(unused), List.of());
            }
            changes = new TableChanges(decision.decided().records());
        } catch (ConflictException | RuntimeException | Error fault) {
            connection.giveUpTransaction();
            throw fault;
        }
        Stamp stamp = write(loaded, changes, decision.bounds());
        List<StampedRecord> stamped = decision.decided().stamped(stamp);
        long before = stamp.firstSeq() - 1;
        tally.add(stamped, before, before + changes.events());
        return new Committed(decision.decided().outcomes(stamp), stamped);
    }

    private static BatchDecision decide(Batch batch, LoadedRows loaded, boolean totalsLocked) throws ConflictException {
        return totalsLocked
                ? BatchDecision.exact(batch, loaded)
                : BatchDecision.withHeadroom(batch, loaded)
                        .orElseThrow(() -> new ConflictException("nearly full: the totals must be locked"));
    }

    private LoadedRows load(Requirements requirements, boolean totalsToo) throws ConflictException {
        LoadedRows rows = new LoadedRows();
        boolean kept = connection.isKept();
        try {
            Connection open = connection.inTransaction();
            loader.scriptFor(requirements, rows, totalsToo).execute(open);
            return rows;
        } catch (SQLException failed) {
            connection.giveUpTransaction();
            if (kept && SqlFailures.isConnectionLost(failed)) {
                // It broke while nothing was under way: a new one may serve.
                throw new ConflictException(failed);
            }
            throw given(failed, "a batch could not be loaded");
        }
    }

    private static RuntimeException given(SQLException failed, String what) throws ConflictException {
        if (SqlFailures.isConflict(failed)) {
            throw new ConflictException(failed);
        }
        StorageException translated = SqlFailures.translate(what, failed);
        // What no remedy helps is the fault of one mutation: the others of the batch must not suffer for it.
        return translated.remedy() == Remedy.NONE ? new IllegalStateException(what, failed) : translated;
    }

    private Stamp write(LoadedRows loaded, TableChanges changes, TotalsBounds bounds) throws ConflictException {
        long batch = name.nextBatch();
        WrittenPlace place = new WrittenPlace();
        Script script = new Script();
        changes.writeUnplaced(script, loaded::generationOf);
        RowLoader.lockHistory(script);
        long events = changes.events();
        TableChanges.Totals totals = changes.totals();
        script.query(
                PLACE,
                row -> place.stamp = new Stamp(row.getLong(1), Micros.toInstant(row.getLong(2))),
                loaded.credentialEpoch(),
                events,
                Micros.of(loaded.now()),
                changes.revokesCredentials() ? 1L : 0L,
                bounds.stateBytesMax(),
                bounds.queueBytesMax(),
                totals.stateBytes(),
                totals.stateKeys(),
                totals.queueBytes(),
                totals.agents(),
                replica,
                batch);
        changes.writePlaced(script);
        script.run("COMMIT");
        long started = System.nanoTime();
        try {
            script.execute(connection.inTransaction());
            listener.written(events, Duration.ofNanos(System.nanoTime() - started));
            return Objects.requireNonNull(place.stamp, "a commit without a place in history");
        } catch (SQLException failed) {
            Optional<Stamp> kept = settle(batch, failed);
            if (kept.isPresent()) {
                return kept.get();
            }
            if (SqlFailures.isConnectionLost(failed)) {
                throw new ConflictException(failed);
            }
            throw given(failed, "a batch could not be written");
        } catch (RuntimeException fault) {
            return settle(batch, fault).orElseThrow(() -> fault);
        }
    }

    private Optional<Stamp> settle(long batch, Exception failed) {
        return connection.settle(failed, open -> name.find(batch, open));
    }

    private static final class WrittenPlace {
        private @Nullable Stamp stamp;
    }

    @Override
    public void hurry() {
        connection.hurry();
    }

    @Override
    public void close() {
        connection.close();
    }
}
