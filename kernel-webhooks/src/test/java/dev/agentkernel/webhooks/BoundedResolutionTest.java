package dev.agentkernel.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.webhooks.BoundedResolution.Outcome;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedResolutionTest {

    private static final List<InetAddress> ANSWER = List.of(Addresses.of("1.1.1.1"));
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void givesUpAtOnceWhenTooManyWait() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        NameResolver blocked = hostName -> {
            await().atMost(LONG).until(() -> release.getCount() == 0);
            return ANSWER;
        };
        try (BoundedResolution resolution = new BoundedResolution(blocked, LONG, 2)) {
            // Two run and two wait; the fifth has no place, whichever of them that is.
            List<CompletableFuture<Outcome>> outcomes = IntStream.range(0, 5)
                    .mapToObj(index -> inThread(() -> resolution.resolve("host-" + index + ".example")))
                    .toList();

            Object first = CompletableFuture.anyOf(outcomes.toArray(CompletableFuture[]::new))
                    .get(30, TimeUnit.SECONDS);
            assertThat(first).isEqualTo(new Outcome.GivenUp());

            release.countDown();
            assertThat(outcomes.stream().map(CompletableFuture::join))
                    .filteredOn(new Outcome.Answered(ANSWER)::equals)
                    .hasSize(4);
        }
    }

    @Test
    void recoversWhenTheResolverDoes() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        NameResolver slowAtFirst = hostName -> {
            if (calls.incrementAndGet() == 1) {
                await().atMost(LONG).until(() -> release.getCount() == 0);
            }
            return ANSWER;
        };
        try (BoundedResolution resolution = new BoundedResolution(slowAtFirst, Duration.ofMillis(500), 1)) {
            assertThat(resolution.resolve("slow.example")).isEqualTo(new Outcome.GivenUp());
            release.countDown();
            await().atMost(LONG).until(() -> resolution.resolve("fast.example").equals(new Outcome.Answered(ANSWER)));
        }
    }

    @Test
    void waitingForAPlaceCountsTowardsTheTimeout() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        Queue<String> names = new ConcurrentLinkedQueue<>();
        NameResolver blocked = hostName -> {
            names.add(hostName);
            running.countDown();
            await().atMost(LONG).until(() -> release.getCount() == 0);
            return ANSWER;
        };
        try (BoundedResolution resolution = new BoundedResolution(blocked, Duration.ofSeconds(2), 1)) {
            CompletableFuture<Outcome> first = inThread(() -> resolution.resolve("first.example"));
            assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(resolution.resolve("second.example")).isEqualTo(new Outcome.GivenUp());
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(new Outcome.GivenUp());
            assertThat(names).containsExactly("first.example");

            // What was given up while it waited is not looked up later: nobody waits for its answer.
            release.countDown();
            await().atMost(LONG).until(() -> resolution.resolve("third.example").equals(new Outcome.Answered(ANSWER)));
            assertThat(names).containsOnlyOnce("first.example").doesNotContain("second.example");
        }
    }

    @Test
    void interruptedCallerGivesUpAndStaysInterrupted() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        NameResolver blocked = hostName -> {
            await().atMost(LONG).until(() -> release.getCount() == 0);
            return ANSWER;
        };
        try (BoundedResolution resolution = new BoundedResolution(blocked, LONG, 1)) {
            CompletableFuture<Boolean> interrupted = inThread(() -> {
                Thread.currentThread().interrupt();
                Outcome outcome = resolution.resolve("host.example");
                return outcome.equals(new Outcome.GivenUp())
                        && Thread.currentThread().isInterrupted();
            });

            assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
            release.countDown();
        }
    }

    private static <T> CompletableFuture<T> inThread(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException | Error failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }
}
