package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside the one that appends, and beside the one that drops segments. */
@Timeout(180)
class SegmentLogConcurrencyTest {

    private static final int BATCHES = 400;

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    /** Blocks in force until told to go on, so that a batch is written and not yet durable for as long as the test likes. */
    private static final class HeldForce implements AutoCloseable {

        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        final AtomicBoolean armed = new AtomicBoolean();

        LogFiles over(LogFiles files) {
            return new ForwardingLogFiles(files) {
                @Override
                protected void beforeForce() throws IOException {
                    if (armed.get()) {
                        reached.countDown();
                        await(released);
                    }
                }
            };
        }

        static void await(CountDownLatch latch) throws IOException {
            try {
                if (!latch.await(120, TimeUnit.SECONDS)) {
                    throw new IOException("waited for too long");
                }
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
        }

        @Override
        public void close() {
            released.countDown();
        }
    }

    @Test
    void aBatchThatIsNotDurableYetShouldNotBeSeen() throws Exception {
        for (LogSettings settings : List.of(LogSettings.ofSegmentBytes(1), LogSettings.ofSegmentBytes(1 << 20))) {
            Path own = directory.resolve("segments-of-" + settings.segmentBytes());
            try (HeldForce force = new HeldForce();
                    SegmentLog log = SegmentLog.open(own, settings, force.over(new NioLogFiles()))) {
                TestBatch first = TestBatch.of(1, "durable");
                Position end = first.appendTo(log);
                force.armed.set(true);
                Future<Position> second =
                        threads.submit(() -> TestBatch.of(2, "on its way").appendTo(log));
                HeldForce.await(force.reached);

                assertThat(log.end()).isEqualTo(end);
                assertThat(log.lastSeq()).isEqualTo(1);
                assertThat(Replayed.scanned(log, 0)).isEqualTo(first.lines());
                assertThat(Replayed.all(log).batches).containsExactly(first.lines());
                assertThat(log.segments())
                        .singleElement()
                        .satisfies(segment -> assertThat(segment.bytes()).isEqualTo(end.offset()));
                assertThatIllegalStateException()
                        .isThrownBy(() -> TestBatch.of(2, "second writer").appendTo(log))
                        .withMessageContaining("single writer");

                force.released.countDown();
                assertThat(second.get(120, TimeUnit.SECONDS)).isEqualTo(log.end());
                assertThat(Replayed.scanned(log, 0)).hasSize(2);
            }
        }
    }

    @Test
    void readersShouldSeeAPrefixOfWholeBatchesWhileOthersAppendAndDrop() throws Exception {
        List<TestBatch> batches = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(17);
        for (TestBatch batch = TestBatch.of(1, "x"); batches.size() < BATCHES; ) {
            batches.add(batch);
            batch = TestBatch.random(batch.nextSeq(), 400, random);
        }
        AtomicReference<Position> acknowledged = new AtomicReference<>(Position.START);
        AtomicBoolean done = new AtomicBoolean();
        try (SegmentLog log = SegmentLog.open(directory, LogSettings.ofSegmentBytes(5_000), new NioLogFiles())) {
            List<Future<Integer>> readers = new ArrayList<>();
            readers.add(threads.submit(replaying(log, batches, acknowledged)));
            readers.add(threads.submit(scanning(log, done, 1)));
            readers.add(threads.submit(scanning(log, done, 2)));
            for (TestBatch batch : batches) {
                acknowledged.set(batch.appendTo(log));
                if (batch.lastSeq() % 50 == 0) {
                    log.dropSegmentsBefore(log.end(), log.lastSeq() - 100);
                }
            }
            done.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get(120, TimeUnit.SECONDS)).isPositive();
            }
        }
    }

    /** Follows the log to its end, always from where it stands; drops make it start again from where the log begins. */
    private static Callable<Integer> replaying(
            SegmentLog log, List<TestBatch> batches, AtomicReference<Position> acknowledged) {
        return () -> {
            int replays = 0;
            Position reached = Position.START;
            while (reached.batch() < BATCHES) {
                Position promised = acknowledged.get();
                int before = (int) reached.batch();
                try {
                    Replayed replayed = Replayed.after(reached, log);
                    int count = replayed.batches.size();
                    assertThat(before + count).isGreaterThanOrEqualTo((int) promised.batch());
                    assertThat(replayed.batches)
                            .isEqualTo(batches.subList(before, before + count).stream()
                                    .map(TestBatch::lines)
                                    .toList());
                    reached = count == 0 ? reached : replayed.positions.getLast();
                } catch (PositionDroppedException dropped) {
                    reached = log.end();
                }
                replays++;
            }
            return replays;
        };
    }

    private static Callable<Integer> scanning(SegmentLog log, AtomicBoolean done, int seed) {
        return () -> {
            SplittableRandom random = new SplittableRandom(seed);
            int lines = 0;
            while (!done.get() || lines == 0) {
                long durable = log.lastSeq();
                if (durable == 0) {
                    continue;
                }
                long since = Math.max(0, durable - random.nextInt(80));
                List<Long> seqs = new ArrayList<>();
                log.scan(since, line -> seqs.add(line.seq()));
                assertThat(seqs).isSorted().doesNotHaveDuplicates();
                // What was dropped meanwhile may be missing; what is held must not be.
                long held = log.oldestSegmentFirstSeq().orElseThrow();
                assertThat(seqs)
                        .containsAll(LongStream.rangeClosed(Math.max(since + 1, held), durable)
                                .boxed()
                                .toList());
                assertThat(seqs).allMatch(seq -> seq > since);
                lines += seqs.size();
            }
            return lines;
        };
    }

    @Test
    void closeShouldWaitForTheAppendUnderWay() throws Exception {
        try (HeldForce force = new HeldForce()) {
            SegmentLog log =
                    SegmentLog.open(directory, LogSettings.ofSegmentBytes(1 << 20), force.over(new NioLogFiles()));
            force.armed.set(true);
            Future<Position> append =
                    threads.submit(() -> TestBatch.of(1, "last").appendTo(log));
            HeldForce.await(force.reached);
            Future<?> close = threads.submit(() -> {
                log.close();
                return "closed";
            });
            assertThat(close.isDone()).isFalse();

            force.released.countDown();
            assertThat(append.get(120, TimeUnit.SECONDS).batch()).isEqualTo(1);
            close.get(120, TimeUnit.SECONDS);
            assertThat(Replayed.all(SegmentLog.open(directory, LogSettings.ofSegmentBytes(1), new NioLogFiles()))
                            .batches)
                    .hasSize(1);
        }
    }
}
