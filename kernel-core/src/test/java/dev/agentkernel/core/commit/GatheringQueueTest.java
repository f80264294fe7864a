package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.commit.GatheringQueue.NoteOffer;
import dev.agentkernel.core.events.LogRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatheringQueueTest {

    private static final Duration AMPLE = Duration.ofSeconds(60);

    private final GatheringQueue queue = new GatheringQueue(new CommitSettings(2, 100, 3, 100, 5));
    private volatile boolean closing;

    /** Whatever was done, others may go on. */
    @AfterEach
    void queueShouldBeInNobodysHands() throws InterruptedException {
        assertThat(queue.size()).isBetween(0, 2);
        assertThat(Thread.ofPlatform().daemon().start(queue::size).join(AMPLE)).isTrue();
    }

    @Test
    void noteOffersTellTheCommitterWhenToLook() {
        assertThat(offers(6))
                .containsExactly(
                        NoteOffer.FIRST,
                        NoteOffer.GATHERING,
                        NoteOffer.BATCH_IS_FULL,
                        NoteOffer.GATHERING,
                        NoteOffer.GATHERING,
                        NoteOffer.FULL);
    }

    @Test
    void givenBackNotesComeFirstAndTheNewestOfThemStayWithinTheBound() {
        offers(3);
        queue.giveBack(List.of(Probe.note("x"), Probe.note("y"), Probe.note("z")));
        assertThat(names(queue.take(true).notes())).containsExactly("y", "z", "note 0", "note 1", "note 2");
    }

    @Test
    void nothingIsTakenInAfterClosing() {
        offers(1);
        queue.close();
        assertThat(queue.offerNote(Probe.note("late"))).isEqualTo(NoteOffer.FULL);
        assertThat(queue.isEmpty()).isFalse();
        assertThat(names(queue.take(true).notes())).containsExactly("note 0");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void afterALingerTheNextTakeIncludesTheNotesAndOnlyThatOne() {
        offers(1);
        assertThat(queue.take(false).isEmpty()).isTrue();
        queue.awaitMoreNotes(Duration.ofNanos(1), () -> false);
        assertThat(names(queue.take(false).notes())).containsExactly("note 0");
        offers(1);
        assertThat(queue.take(false).isEmpty()).isTrue();
    }

    @Test
    void aLingerEndsAtOnceWhenTheKernelCloses() {
        offers(1);
        queue.awaitMoreNotes(Duration.ofDays(1), () -> true);
        assertThat(queue.take(false).notes()).hasSize(1);
    }

    @Test
    void aLingerEndsWhenNotesFillABatch() throws Exception {
        Thread lingering = linger(queue::awaitMoreNotes);
        offers(3);
        assertThat(lingering.join(AMPLE)).isTrue();
    }

    @Test
    void aPauseOutlivesNotesAndEndsWhenAMutationArrives() throws Exception {
        Thread pausing = linger(queue::awaitMutation);
        offers(5);
        queue.lookAgain();
        await().atMost(AMPLE).until(() -> pausing.getState() == Thread.State.TIMED_WAITING);
        assertThat(queue.offer(submission("mutation", 1))).isTrue();
        assertThat(pausing.join(AMPLE)).isTrue();
        assertThat(queue.take(false).notes()).hasSize(5);
    }

    @Test
    void whoeverLingersLooksAgainWhetherTheKernelCloses() throws Exception {
        Thread lingering = linger(queue::awaitMoreNotes);
        closing = true;
        queue.lookAgain();
        assertThat(lingering.join(AMPLE)).isTrue();
    }

    /** A thread that waits in one of the queue's ways, for a day at most. */
    private Thread linger(BiConsumer<Duration, BooleanSupplier> waiting) {
        Thread thread = Thread.ofPlatform().daemon().start(() -> waiting.accept(Duration.ofDays(1), () -> closing));
        await().atMost(AMPLE).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
    }

    @Test
    void whatIsTakenBackLeavesItsRoomToOthersUnlessABatchHasTakenIt() {
        Submission<String> first = submission("first", 60);
        Submission<String> second = submission("second", 60);
        Submission<String> third = submission("third", 40);
        assertThat(queue.offer(first)).isTrue();
        assertThat(queue.offer(second)).isFalse();
        assertThat(queue.withdraw(first)).isTrue();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.offer(second)).isTrue();
        assertThat(queue.offer(third)).isTrue();
        assertThat(queue.withdraw(first)).isFalse();
        assertThat(queue.take(false).submissions()).isEqualTo(List.of(second, third));
        assertThat(queue.withdraw(second)).isFalse();
    }

    private Submission<String> submission(String name, int bytes) {
        return new Submission<>(Probe.of(name, bytes), queue);
    }

    private List<NoteOffer> offers(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> queue.offerNote(Probe.note("note " + i)))
                .toList();
    }

    private static List<String> names(List<LogRecord> notes) {
        return notes.stream()
                .map(note -> ((LogRecord.RegistryRead) note).readBy())
                .toList();
    }
}
