package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.client.Pace;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/** Everything that agents and observers do, at a steady rate and whatever becomes of it. */
final class MixedLoad {

    private static final int UNDER_WAY_MAX = 400;
    private static final int TAKEN_AT_ONCE = 50;
    private static final long END_SECONDS_MAX = 90;
    private static final int HUNDRED = 100;

    private static final List<String> OBSERVATIONS = List.of(
            "/observe/events?limit=100",
            "/observe/events?type=message_sent&limit=50",
            "/observe/state?prefix=soak",
            "/observe/agents",
            "/observe/health",
            "/observe/scaling",
            "/observe/cluster",
            "/v1/health");

    private final Cast cast;
    private final KernelLine line;
    private final Answers answers;
    private final MessageWork messages;
    private final StateWork state;
    private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
    private final LongAdder shed = new LongAdder();

    MixedLoad(Cast cast, KernelLine line, Answers answers, Ledger ledger, StateLedger stateLedger) {
        this.cast = cast;
        this.line = line;
        this.answers = answers;
        this.messages = new MessageWork(cast, answers, ledger);
        this.state = new StateWork(cast, answers, stateLedger);
    }

    MessageWork messages() {
        return messages;
    }

    StateWork state() {
        return state;
    }

    /** Operations that were left out because too many had no answer yet. */
    long shed() {
        return shed.sum();
    }

    /** Does so many things a second for a while; while no kernel is there, it passes over them. */
    void run(Duration time, int perSecond) {
        try {
            Pace.keep(perSecond * time.toSeconds(), perSecond, (number, dueNanos) -> begin(number));
        } catch (IOException impossible) {
            throw new BenchmarkFailure("the load ended: " + impossible.getMessage(), impossible);
        }
    }

    private void begin(long number) {
        if (line.kernel().isEmpty()) {
            return;
        }
        if (!underWay.tryAcquire()) {
            shed.increment();
            return;
        }
        Thread.ofVirtual().start(() -> {
            try {
                act(new SplittableRandom(number));
            } finally {
                underWay.release();
            }
        });
    }

    /** Waits until everything has had its answer, or none. */
    void awaitEnd() {
        try {
            if (!underWay.tryAcquire(UNDER_WAY_MAX, END_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new BenchmarkFailure((UNDER_WAY_MAX - underWay.availablePermits()) + " operations did not end");
            }
            underWay.release(UNDER_WAY_MAX);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted while the load ended", stop);
        }
    }

    private void act(RandomGenerator random) {
        int percent = random.nextInt(HUNDRED);
        if (percent < 35) {
            messages.send(random);
        } else if (percent < 38) {
            messages.repeat(random);
        } else if (percent < 55) {
            messages.take(cast.taking().any(random), TAKEN_AT_ONCE);
        } else if (percent < 70) {
            messages.lease(cast.leasing().any(random), random);
        } else if (percent < 92) {
            state.act(random);
        } else {
            observe(random);
        }
    }

    private void observe(RandomGenerator random) {
        int choice = random.nextInt(OBSERVATIONS.size() + 2);
        int index = cast.anybody(random);
        if (choice < OBSERVATIONS.size()) {
            answers.to(Request.get(OBSERVATIONS.get(choice), ""), 200);
        } else if (choice == OBSERVATIONS.size()) {
            answers.to(Request.get("/v1/registry?limit=100", cast.agent(index).token()), 200);
        } else {
            answers.to(Request.get("/observe/agents/" + cast.agent(index).address(), ""), 200);
        }
    }
}
