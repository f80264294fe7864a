package dev.agentkernel.core.removal;

import static dev.agentkernel.core.removal.FakeRemovals.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.LastRemoval;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.QueuedRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import dev.agentkernel.core.memory.Leaving;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.removal.FakeRemovals.Logged;
import dev.agentkernel.core.storage.CommitStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ContentRemovalsTest {

    private static final RemovalTarget KEY = RemovalTarget.state("key");
    private static final UUID ID = FakeRemovals.ID;
    private static final RemovalTarget MESSAGE = RemovalTarget.message(ID);
    private static final String ALICE = "tab_" + "a".repeat(20);
    private static final ByteString HASH = TransparencyChain.sha256(new byte[] {1});

    private final MemoryStorage storage = new MemoryStorage(new SettableClock());
    private final FakeRemovals removals = new FakeRemovals();
    private final List<LogRecord> committed = new ArrayList<>();
    private final AtomicInteger removed = new AtomicInteger();
    private final AtomicInteger lateWrites = new AtomicInteger();
    private Runnable beforeDeciding = () -> {};

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(new Deciding());

    private final ContentRemovals service = new ContentRemovals(
            running.commits(), removals, storage.state(), new LogSearch(removals, removals), removed::incrementAndGet);

    /** Decides against the state and the removals of the storage, where others may have been since, and keeps the records. */
    private final class Deciding implements CommitStore {

        @Override
        public Committed commit(Batch batch) {
            WorkingSet rows = new WorkingSet(SettableClock.START, false);
            rows.loadStateTotals(100, 1);
            boolean late = lateWrites.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            storage.get(KEY.name())
                    .ifPresent(entry -> rows.loadState(
                            KEY.name(),
                            new StateRow(
                                    late ? entry.version() + 1 : entry.version(),
                                    entry.value().size())));
            beforeDeciding.run();
            removals.unerased.forEach(placed ->
                    rows.loadRemoval(placed.removal().target(), placed.removal().number()));
            Stamp stamp = new Stamp(1, SettableClock.START);
            Batch.Decided decided = batch.decide(rows);
            committed.addAll(decided.records());
            return new Committed(decided.outcomes(stamp), decided.stamped(stamp));
        }
    }

    private void write(String value) {
        var written = new Leaving(List.of(new LogRecord.StateWritten(KEY.name(), text(value), ALICE, -1)));
        storage.commit(new Batch(List.of(written), List.of()));
    }

    private static ErrorCode refusalOf(ThrowingCallable call) {
        return catchThrowableOfType(RefusedException.class, call).code();
    }

    private LogRecord.ContentRemoved onlyRecord() {
        assertThat(committed).hasSize(1);
        return (LogRecord.ContentRemoved) committed.getFirst();
    }

    @Test
    void currentValueShouldBeRemovedWithItsHash() {
        write("value");
        Removal removal = service.remove(KEY, "reason", "admin");
        assertThat(TransparencyChain.follows(removal, 0, TransparencyChain.GENESIS))
                .isTrue();
        assertThat(removal.contentHash())
                .isEqualTo(TransparencyChain.sha256(text("value").unsafeArray()));
        assertThat(onlyRecord()).isEqualTo(new LogRecord.ContentRemoved(removal, 0, 5, null));
        assertThat(removed).hasValue(1);
    }

    @Test
    void valueThatOnlyTheLogHoldsShouldBeRemovedToo() {
        removals.lastSeq = 9;
        removals.logged.put(4L, new Logged(KEY, text("old")));
        Removal removal = service.remove(KEY, "reason", "admin");
        assertThat(removal.contentHash())
                .isEqualTo(TransparencyChain.sha256(text("old").unsafeArray()));
        assertThat(onlyRecord()).isEqualTo(new LogRecord.ContentRemoved(removal, 0, -1, null));
    }

    @Test
    void whatWasRemovedShouldNotBeThereToBeRemovedAgain() {
        removals.lastSeq = 9;
        removals.logged.put(4L, new Logged(KEY, text("old")));
        removals.unerased.add(new PlacedRemoval(removals.next(KEY), 5, 0));
        assertThat(refusalOf(() -> service.remove(KEY, "reason", "admin"))).isEqualTo(ErrorCode.NOT_FOUND);
        removals.queued.put(ID, new FoundContent(text("hello"), 3, ALICE, null, false));
        removals.unerased.add(new PlacedRemoval(removals.next(MESSAGE), 6, 3));
        assertThat(refusalOf(() -> service.remove(MESSAGE, "reason", "admin"))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(removed).hasValue(0);
    }

    @Test
    void messageShouldBeRemovedFromTheQueueAndElseFromTheLog() {
        assertThat(refusalOf(() -> service.remove(MESSAGE, "reason", "admin"))).isEqualTo(ErrorCode.NOT_FOUND);
        removals.lastSeq = 9;
        removals.logged.put(4L, new Logged(MESSAGE, text("hello")));
        Removal removal = service.remove(MESSAGE, "reason", "admin");
        assertThat(onlyRecord()).isEqualTo(new LogRecord.ContentRemoved(removal, 4, -1, null));
        committed.clear();
        removals.queued.put(ID, new FoundContent(text("in the queue"), 3, ALICE, null, false));
        Removal queued = service.remove(MESSAGE, "reason", "admin");
        assertThat(queued.contentHash())
                .isEqualTo(TransparencyChain.sha256(text("in the queue").unsafeArray()));
        assertThat(onlyRecord().contentSeq()).isEqualTo(3);
    }

    @Test
    void keyThatIsWrittenMeanwhileShouldBeLookedAtAgain() {
        write("value");
        lateWrites.set(19);
        service.remove(KEY, "reason", "admin");
        assertThat(removed).hasValue(1);
        lateWrites.set(20);
        assertThat(refusalOf(() -> service.remove(KEY, "reason", "admin"))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(removed).hasValue(1);
    }

    @Test
    void whatSomebodyElseRemovesMeanwhileShouldNotBeThereAnyMore() {
        removals.lastSeq = 9;
        for (RemovalTarget target : List.of(KEY, MESSAGE)) {
            removals.logged.put(++removals.lastSeq, new Logged(target, text("content")));
            beforeDeciding =
                    () -> removals.unerased.add(new PlacedRemoval(removals.next(target), ++removals.lastSeq, 0));
            assertThat(refusalOf(() -> service.remove(target, "reason", "admin")))
                    .isEqualTo(ErrorCode.NOT_FOUND);
        }
        assertThat(committed).isEmpty();
        assertThat(removed).hasValue(0);
    }

    @Test
    void keyThatWasRemovedBeforeShouldBeRemovedAgainAfterAnotherWrite() {
        removals.unerased.add(new PlacedRemoval(removals.next(KEY), 5, 0));
        removals.lastSeq = 9;
        removals.logged.put(6L, new Logged(KEY, text("written since")));
        Removal removal = service.remove(KEY, "reason", "admin");
        assertThat(removal.contentHash())
                .isEqualTo(TransparencyChain.sha256(text("written since").unsafeArray()));
    }

    @Test
    void reasonShouldHaveOneToAThousandCharacters() {
        write("value");
        service.remove(KEY, "😀".repeat(1_000), "admin");
        for (String reason : List.of("", "x".repeat(1_001), "a\0", "\0a")) {
            assertThat(refusalOf(() -> service.remove(KEY, reason, "admin"))).isEqualTo(ErrorCode.BAD_REQUEST);
        }
        assertThat(committed).hasSize(1);
    }

    @Test
    void entriesShouldBeListedAndCounted() {
        removals.removeAndLog(3);
        assertThat(service.list(1, 1)).containsExactly(removals.removals.get(1));
        assertThat(service.count()).isEqualTo(3);
    }

    private static RemoveContent remove(RemovalTarget target, FoundContent found) {
        return new RemoveContent(target, "reason", "admin", HASH, found, 0);
    }

    private static FoundContent state(@Nullable Long version, boolean isCurrent) {
        return new FoundContent(text("value"), 0, null, version, isCurrent);
    }

    @Test
    void entryShouldFollowTheLastAndThatOfTheSameBatch() {
        WorkingSet rows = new WorkingSet(SettableClock.START, true);
        rows.load(new LastRemoval(7, HASH));
        FoundContent logged = new FoundContent(text("hello"), 4, null, null, false);
        RemovalTarget another = RemovalTarget.message(new UUID(0x7000L, 2));
        Decided decided = Decided.of(rows, remove(MESSAGE, logged), remove(another, logged));
        Removal first =
                ((Optional<?>) decided.answer(0)).map(Removal.class::cast).orElseThrow();
        Removal second =
                ((Optional<?>) decided.answer(1)).map(Removal.class::cast).orElseThrow();
        assertThat(TransparencyChain.follows(first, 7, HASH)).isTrue();
        assertThat(TransparencyChain.follows(second, 8, first.entryHash())).isTrue();
    }

    @Test
    void twoRemovalsOfOneTargetInOneBatchShouldLeaveOneEntry() {
        WorkingSet rows = new WorkingSet(SettableClock.START, false);
        FoundContent logged = state(null, false);
        Decided decided = Decided.of(
                rows, remove(KEY, logged), remove(KEY, logged), remove(MESSAGE, logged), remove(MESSAGE, logged));
        assertThat(List.of(0, 1, 2, 3))
                .extracting(place -> ((Optional<?>) decided.answer(place)).isPresent())
                .containsExactly(true, false, true, false);
        assertThat(decided.records()).hasSize(2);
    }

    @Test
    void keyShouldBeRemovedOnlyAsItWasFound() {
        WorkingSet rows = new WorkingSet(SettableClock.START, false);
        rows.loadStateTotals(100, 1);
        rows.loadState(KEY.name(), new StateRow(5, 10));
        RemovalTarget other = RemovalTarget.state("other");
        rows.loadState(other.name(), new StateRow(5, 10));
        Decided decided = Decided.of(
                rows,
                remove(KEY, state(4L, true)),
                remove(KEY, state(null, false)),
                remove(other, state(5L, false)),
                remove(KEY, state(5L, true)),
                remove(KEY, state(5L, true)));
        assertThat(List.of(0, 1, 2, 3, 4))
                .extracting(place -> ((Optional<?>) decided.answer(place)).isPresent())
                .containsExactly(false, false, true, true, false);
        assertThat(decided.records())
                .extracting(record -> ((LogRecord.ContentRemoved) record).previousValueBytes())
                .containsExactly(-1, 10);
        assertThat(rows.stateBytes()).isEqualTo(100 - 10 + Removal.PLACEHOLDER_BYTES);
    }

    @Test
    void copyInTheQueueShouldBeDroppedWhereItStillIs() {
        FoundContent found = new FoundContent(text("hello"), 4, ALICE, null, false);
        WorkingSet rows = new WorkingSet(SettableClock.START, false);
        rows.loadQueue(ALICE, new QueueRow(2, 15, 1));
        rows.load(new QueuedRow(ALICE, 4, ID, Route.PULL, 5, true, null));
        rows.load(new LeaseRow(
                ALICE,
                Route.PULL,
                new UUID(4, 4),
                SettableClock.START,
                "worker@w",
                new LeasedMessage(4, ID, 5, 1),
                null));
        RemovalTarget another = RemovalTarget.message(new UUID(0x7000L, 2));
        FoundContent takenSince = new FoundContent(text("hello"), 5, ALICE, null, false);
        Decided decided = Decided.of(rows, remove(MESSAGE, found), remove(another, takenSince));
        assertThat(decided.records())
                .extracting(record -> ((LogRecord.ContentRemoved) record).copy())
                .containsExactly(new QueuedCopy(ALICE, 4, Route.PULL, 5, false), null);
        assertThat(rows.queue(ALICE)).isEqualTo(new QueueRow(1, 10, 1));
    }

    @Test
    void itShouldRequireEveryRowThatItLooksAt() {
        Requirements key = new Requirements();
        remove(KEY, state(5L, true)).require(key);
        assertThat(key.removals()).containsExactly(KEY);
        assertThat(key.stateKeys()).containsExactly("key");
        assertThat(key.needsStateTotals()).isTrue();
        Requirements message = new Requirements();
        remove(MESSAGE, new FoundContent(text("hello"), 4, ALICE, null, false)).require(message);
        assertThat(message.queuedMessages()).containsExactly(4L);
        assertThat(message.needsQueueTotals()).isTrue();
        Requirements logged = new Requirements();
        remove(MESSAGE, new FoundContent(text("hello"), 4, null, null, false)).require(logged);
        assertThat(logged.queuedMessages()).isEmpty();
        assertThat(logged.removals()).containsExactly(MESSAGE);
        assertThat(remove(MESSAGE, state(null, false)).refusalWhenSpaceIsLow()).isNull();
    }
}
