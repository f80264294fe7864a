package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The records of reads, which nobody waits for. */
class GroupCommitNotesTest {

    private static final CommitSettings SETTINGS = new CommitSettings(10, 1_000, 3, 100, 14);

    private final ScriptedStore store = new ScriptedStore();
    private final GroupCommit commits = new GroupCommit(store, SETTINGS, CommitListener.NONE, fatal -> {
        throw new AssertionError(fatal);
    });

    @Test
    void notesRideAlongAndComeBeforeTheMutations() {
        note("read 1", "read 2");
        Submission<String> submission = commits.submit(Probe.of("write"));
        commits.runOnce();

        assertThat(store.batches()).containsExactly(List.of("read 1", "read 2", "write"));
        assertThat(submission.await()).as("its seq counts the notes before it").isEqualTo("write@3");
    }

    @Test
    void fewNotesAloneWaitForMore() {
        note("a", "b");
        assertThat(commits.runOnce()).isFalse();
        assertThat(store.batches()).isEmpty();
    }

    @Test
    void notesThatFillABatchGoAtOnce() {
        note("a", "b", "c");
        assertThat(commits.runOnce()).isTrue();
        assertThat(store.batches()).containsExactly(List.of("a", "b", "c"));
    }

    @Test
    void oneBatchCarriesAtMostFourTimesAsManyNotesAsMutations() {
        for (int i = 0; i < 14; i++) {
            note("read " + i);
        }
        commits.submit(Probe.of("write"));
        commits.runOnce();
        assertThat(store.batches().getFirst())
                .hasSize(13)
                .startsWith("read 0", "read 1")
                .endsWith("write");
    }

    @Test
    void notesAreBoundedAndTheNextIsRefused() {
        for (int i = 0; i < 14; i++) {
            note("read " + i);
        }
        RefusedException refusal = catchThrowableOfType(RefusedException.class, () -> note("one too many"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refusal.retryAfter()).isPresent();
    }

    @Test
    void notesSurviveAStorageThatWasAwayInTheirOrder() {
        note("read 1", "read 2");
        commits.submit(Probe.of("refused"));
        store.failNext(MemoryStorage.away());
        runOnceWithoutPause();
        note("read 3");
        commits.submit(Probe.of("write"));
        commits.runOnce();
        assertThat(store.batches()).containsExactly(List.of("read 1", "read 2", "read 3", "write"));
    }

    @Test
    void notesAreDroppedWhenSpaceIsLow() {
        note("read");
        store.setSpaceLow();
        Submission<String> growing = commits.submit(Probe.of("write"));
        commits.runOnce();
        assertThat(store.batches()).containsExactly(List.of());
        assertThat(catchThrowableOfType(RefusedException.class, growing::await).code())
                .isEqualTo(ErrorCode.STORE_FULL);
    }

    @Test
    void notesAreDroppedWhenTheDiskIsFull() {
        note("read");
        commits.submit(Probe.of("a"));
        store.failNext(new StorageException(Remedy.FREE_SPACE, "full", new java.io.IOException()));
        commits.runOnce();
        commits.submit(Probe.of("b"));
        commits.runOnce();
        assertThat(store.committed()).containsExactly("b");
    }

    private void note(String... names) {
        for (String name : names) {
            commits.note(Probe.note(name));
        }
    }

    private void runOnceWithoutPause() {
        Thread.currentThread().interrupt();
        commits.runOnce();
        assertThat(Thread.interrupted()).isTrue();
    }
}
