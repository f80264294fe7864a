package dev.agentkernel.core.removal;

import static dev.agentkernel.core.removal.FakeRemovals.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.removal.FakeRemovals.Logged;
import dev.agentkernel.core.removal.FakeRemovals.Look;
import dev.agentkernel.core.storage.FatalStorageException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ContentEraserTest {

    private static final RemovalTarget KEY = RemovalTarget.state("key");
    private static final Duration AMPLE = Duration.ofSeconds(60);

    private final MemoryStorage storage = new MemoryStorage(new SettableClock());

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(storage);

    private final FakeRemovals store = new FakeRemovals();
    private final BlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();
    private final ContentEraser eraser = new ContentEraser(running.commits(), store, fatal::add);

    @AfterEach
    void close() {
        eraser.close();
    }

    private void toErase(RemovalTarget target, long seq, long contentSeq) {
        Removal removal = store.next(target);
        store.removals.add(removal);
        store.unerased.add(new PlacedRemoval(removal, seq, contentSeq));
    }

    private List<LogRecord> erased() {
        return storage.history().stream().map(stamped -> stamped.record()).toList();
    }

    @Test
    void messageShouldBeBlankedWhereItIsKnownToBe() {
        toErase(RemovalTarget.message(FakeRemovals.ID), 9_000, 7);
        assertThat(eraser.runOnce()).isEqualTo(1);
        assertThat(store.blanked).containsExactly(new TreeSet<>(List.of(7L)));
        assertThat(store.looks).isEmpty();
        assertThat(erased()).containsExactly(new LogRecord.ContentErased(1));
    }

    @Test
    void everyVersionOfAKeyBeforeItsRemovalShouldBeBlanked() {
        for (long seq : new long[] {3, 4_000, 12_000, 12_001}) {
            store.logged.put(seq, new Logged(KEY, text("value")));
        }
        toErase(KEY, 12_000, 0);
        toErase(RemovalTarget.state("other"), 5_000, 0);
        assertThat(eraser.runOnce()).isEqualTo(2);
        assertThat(store.looks)
                .containsExactly(
                        new Look(0, 5_000), new Look(5_000, 10_000), new Look(10_000, 12_000), new Look(0, 5_000));
        assertThat(store.blanked).containsExactly(new TreeSet<>(List.of(3L, 4_000L)), new TreeSet<>(List.of(12_000L)));
        assertThat(erased()).containsExactly(new LogRecord.ContentErased(1), new LogRecord.ContentErased(2));
    }

    @Test
    void whatWasBegunWhenItStopsShouldNotCountAsErased() {
        toErase(KEY, 12_000, 0);
        store.onLook = eraser::stop;
        assertThat(eraser.runOnce()).isZero();
        assertThat(store.looks).hasSize(1);
        assertThat(erased()).isEmpty();
    }

    @Test
    void whatCannotBeNotedShouldBeLeftForTheNextRound() {
        toErase(RemovalTarget.message(FakeRemovals.ID), 9_000, 7);
        storage.failNextCommit(MemoryStorage.away());
        assertThatThrownBy(eraser::runOnce).isInstanceOf(RefusedException.class);
        assertThat(erased()).isEmpty();
        assertThat(eraser.runOnce()).isEqualTo(1);
    }

    @Test
    void startedEraserShouldEraseByItselfAndStop() {
        toErase(RemovalTarget.message(FakeRemovals.ID), 9_000, 7);
        eraser.start();
        await().atMost(AMPLE).until(() -> erased().contains(new LogRecord.ContentErased(1)));
        eraser.close();
        int records = erased().size();
        running.leave(new LogRecord.ContentErased(9));
        assertThat(erased()).hasSize(records + 1);
    }

    @Test
    void whatNobodyCanKnowShouldBeFatal() throws Exception {
        toErase(KEY, 1, 0);
        FatalStorageException unknown = new FatalStorageException("unknown", new java.io.IOException());
        store.onLook = () -> {
            throw unknown;
        };
        eraser.start();
        assertThat(fatal.poll(AMPLE.toSeconds(), TimeUnit.SECONDS)).isSameAs(unknown);
    }

    @Test
    void markShouldNeedNothingAndGoOnFromTheReserve() {
        MarkErased mark = new MarkErased(3);
        assertThat(mark.refusalWhenSpaceIsLow()).isNull();
        Decided decided = Decided.of(new WorkingSet(SettableClock.START, true), mark);
        assertThat(decided.answer(0)).isEqualTo(true);
        assertThat(decided.records()).containsExactly(new LogRecord.ContentErased(3));
    }
}
