package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One step of the committer at a time, without its thread. */
class GroupCommitTest {

    private static final CommitSettings SETTINGS = new CommitSettings(4, 1_000, 3, 100, 6);

    private final ScriptedStore store = new ScriptedStore();
    private final RecordingListener listener = new RecordingListener();
    private final GroupCommit commits = commitsWith(listener);

    private GroupCommit commitsWith(CommitListener told) {
        return new GroupCommit(store, SETTINGS, told, fatal -> {
            throw new AssertionError("nothing here is fatal", fatal);
        });
    }

    @Test
    void everyWaiterGetsItsOwnAnswerInTheOrderOfArrival() {
        List<Submission<String>> submissions =
                List.of(commits.submit(Probe.of("a")), commits.submit(Probe.of("b")), commits.submit(Probe.of("c")));

        assertThat(commits.runOnce()).isTrue();

        assertThat(submissions).map(Submission::await).containsExactly("a@1", "b@2", "c@3");
        assertThat(store.batches()).containsExactly(List.of("a", "b", "c"));
        assertThat(listener.told()).containsExactly("committed 3 mutations in 3 records");
        assertThat(commits.runOnce()).as("nothing is left").isFalse();
    }

    @Test
    void aRefusalAndAFailureOfOneDoNotSpoilTheOthers() {
        Submission<String> first = commits.submit(Probe.of("first"));
        Submission<String> refused = commits.submit(Probe.refused("second"));
        Submission<String> last = commits.submit(Probe.of("last"));
        commits.runOnce();
        Submission<String> failing = commits.submit(Probe.failing("fourth"));
        Submission<String> beside = commits.submit(Probe.of("beside"));
        commits.runOnce();

        assertThat(first.await()).isEqualTo("first@1");
        assertThat(refusalOf(refused).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(last.await()).isEqualTo("last@2");
        assertThatThrownBy(failing::await)
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("fourth fails");
        assertThat(beside.await()).isEqualTo("beside@3");
        assertThat(store.batches()).containsExactly(List.of("first", "last"), List.of("beside"));
    }

    @Test
    void theStoreIsToldOfTheEndBeforeItIsWaitedFor() {
        assertThat(store.isHurried()).isFalse();

        commits.close();

        assertThat(store.isHurried()).isTrue();
    }

    @Test
    void aBatchIsBoundedInCount() {
        for (String name : List.of("a", "b", "c", "d")) {
            commits.submit(Probe.of(name));
        }
        commits.runOnce();
        assertThat(commits.gathered()).isEqualTo(1);
        commits.runOnce();
        assertThat(store.batches()).containsExactly(List.of("a", "b", "c"), List.of("d"));
    }

    @Test
    void aBatchIsClosedByTheMutationThatReachesItsBytes() {
        commits.submit(Probe.of("small", 99));
        commits.submit(Probe.of("reaches", 1));
        commits.submit(Probe.of("next", 1));
        commits.runOnce();
        commits.runOnce();
        assertThat(store.batches()).containsExactly(List.of("small", "reaches"), List.of("next"));
    }

    @Test
    void whatIsOneTooManyIsRefusedAtOnceAndRoomComesBackWithTheBatch() {
        for (int i = 0; i < 4; i++) {
            commits.submit(Probe.of("accepted " + i));
        }
        RefusedException refusal = catchThrowableOfType(RefusedException.class, () -> commits.submit(Probe.of("over")));

        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(1));
        commits.runOnce();
        commits.submit(Probe.of("later"));
        commits.runOnce();
        assertThat(store.committed()).doesNotContain("over").hasSize(5).endsWith("later");
    }

    @Test
    void bytesThatAreTooManyAreRefusedButOneAloneAlwaysPasses() {
        Submission<String> alone = commits.submit(Probe.of("larger than the bound", 1_001));
        RefusedException refusal = catchThrowableOfType(RefusedException.class, () -> commits.submit(Probe.of("b", 1)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        commits.runOnce();
        assertThat(alone.await()).isEqualTo("larger than the bound@1");

        commits.submit(Probe.of("c", 600));
        commits.submit(Probe.of("d", 400));
        assertThatThrownBy(() -> commits.submit(Probe.of("e", 1))).isInstanceOf(RefusedException.class);
        commits.runOnce();
        commits.submit(Probe.of("f", 600));
        commits.runOnce();
        commits.runOnce();
        assertThat(store.committed()).containsExactly("larger than the bound", "c", "d", "f");
    }

    @ParameterizedTest
    @CsvSource({"RETRY, UNAVAILABLE, true", "FREE_SPACE, STORE_FULL, false", "NONE, INTERNAL_ERROR, false"})
    void aStorageThatKeptNothingIsAnsweredByItsRemedy(Remedy remedy, ErrorCode code, boolean retry) {
        Submission<String> first = commits.submit(Probe.of("a"));
        Submission<String> second = commits.submit(Probe.of("b"));
        store.failNext(new StorageException(remedy, "gone", new java.io.IOException()));
        Thread.currentThread().interrupt(); // so that the committer's pause is over at once
        commits.runOnce();
        assertThat(Thread.interrupted() || remedy != Remedy.RETRY).isTrue();

        assertThat(refusalOf(first).code()).isEqualTo(code);
        assertThat(refusalOf(second).code()).isEqualTo(code);
        assertThat(refusalOf(second).retryAfter().isPresent()).isEqualTo(retry);
        assertThat(refusalOf(second).sentence()).doesNotContain("gone");
        assertThat(store.committed()).isEmpty();
        assertThat(listener.told()).containsExactly("failed 2 mutations: " + remedy);
    }

    @Test
    void commitsGoOnAfterAStorageThatWasAway() {
        Submission<String> refused = commits.submit(Probe.of("a"));
        store.failNext(new StorageException(Remedy.FREE_SPACE, "full", new java.io.IOException()));
        commits.runOnce();
        Submission<String> accepted = commits.submit(Probe.of("b"));
        commits.runOnce();

        assertThat(refusalOf(refused).code()).isEqualTo(ErrorCode.STORE_FULL);
        assertThat(accepted.await()).isEqualTo("b@1");
    }

    @Test
    void aPoisonedBatchIsCommittedOneByOne() {
        Submission<String> before = commits.submit(Probe.of("before"));
        Submission<String> poisoned = commits.submit(Probe.of("poison"));
        Submission<String> after = commits.submit(Probe.of("after"));
        store.poisonedBy("poison");
        commits.runOnce();

        assertThat(before.await()).isEqualTo("before@1");
        assertThatThrownBy(poisoned::await).hasRootCauseInstanceOf(IndexOutOfBoundsException.class);
        assertThat(after.await()).isEqualTo("after@2");
        assertThat(store.batches()).containsExactly(List.of("before"), List.of("after"));
    }

    @Test
    void aPoisonedBatchDoesNotLoseTheNotesThatRodeAlong() {
        commits.note(Probe.note("a read"));
        commits.submit(Probe.of("poison"));
        store.poisonedBy("poison");
        commits.runOnce();
        assertThat(store.committed()).containsExactly("a read");
    }

    @Test
    void aStorageThatFailsInTheMiddleOfOneByOneRefusesThatOneAlone() {
        Submission<String> first = commits.submit(Probe.of("first"));
        Submission<String> second = commits.submit(Probe.of("second"));
        store.failNext(new IllegalStateException("a bug"));
        store.failNext(MemoryStorage.away());
        commits.runOnce();

        assertThat(refusalOf(first).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(second.await()).isEqualTo("second@1");
    }

    @Test
    void aFatalFailureLeavesTheCommitterAlsoInTheMiddleOfOneByOne() {
        commits.submit(Probe.of("a"));
        store.failNext(new FatalStorageException("fsync failed", new java.io.IOException()));
        assertThatThrownBy(commits::runOnce).isInstanceOf(FatalStorageException.class);

        commits.submit(Probe.of("b"));
        store.failNext(new IllegalStateException("a bug"));
        store.failNext(new FatalStorageException("fsync failed", new java.io.IOException()));
        assertThatThrownBy(commits::runOnce).isInstanceOf(FatalStorageException.class);
    }

    @Test
    void aListenerThatThrowsNeitherCommitsTwiceNorStopsTheCommitter() {
        GroupCommit listenedTo = commitsWith(new CommitListener() {
            @Override
            public void committed(int mutations, List<StampedRecord> records, Duration took) {
                throw new IllegalArgumentException("a faulty listener");
            }

            @Override
            public void failed(int mutations, StorageException away) {
                throw new IllegalArgumentException("a faulty listener");
            }
        });
        Submission<String> committed = listenedTo.submit(Probe.of("once"));
        listenedTo.runOnce();
        assertThat(committed.await()).isEqualTo("once@1");
        assertThat(store.committed()).containsExactly("once");

        Submission<String> refused = listenedTo.submit(Probe.of("refused"));
        store.failNext(new StorageException(Remedy.NONE, "no", new java.io.IOException()));
        listenedTo.runOnce();
        assertThat(refusalOf(refused).code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    }

    private static RefusedException refusalOf(Submission<String> submission) {
        return catchThrowableOfType(RefusedException.class, submission::await);
    }
}
