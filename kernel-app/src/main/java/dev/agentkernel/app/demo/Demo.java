package dev.agentkernel.app.demo;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Plays a scene on a running kernel, at a bounded pace, over its public interface. {@link #run} plays in the calling thread;
 * {@link #stop} may be called from any other.
 */
public final class Demo {

    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
    private static final Duration AWAY_PAUSE = Duration.ofSeconds(1);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final DemoSettings settings;
    private final Consumer<String> says;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean away;

    /**
     * A demo that plays when it is run.
     *
     * @param says takes each line for whoever started the demo
     */
    public Demo(DemoSettings settings, Consumer<String> says) {
        this.settings = settings;
        this.says = says;
    }

    /**
     * Registers the agents and plays until the time is over or somebody stops it. A kernel that goes away while the scene plays is
     * waited for.
     *
     * @throws DemoFailedException if it cannot begin, or if the kernel has forgotten the agents
     */
    public void run() {
        try (KernelClient client = new KernelClient(settings.kernel())) {
            play(new Scene(castFor(client), new Random(settings.seed()), System::nanoTime), new KernelStage(client));
        } finally {
            ended.countDown();
        }
    }

    /** Lets {@link #run} return after the action under way, and waits for that. */
    public void stop() {
        stopped.countDown();
        try {
            if (!ended.await(AWAY_PAUSE.toSeconds() * 20, TimeUnit.SECONDS)) {
                says.accept("The demo did not end in time.");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private Cast castFor(KernelClient client) {
        try {
            Cast cast = new Casting(client).cast(settings);
            says.accept("%d agents play at %s, %s actions a second, seed %d."
                    .formatted(
                            settings.agents(), settings.kernel(), plain(settings.actionsPerSecond()), settings.seed()));
            says.accept("Watch them at " + settings.kernel().resolve("/") + " and end the scene with Ctrl-C.");
            return cast;
        } catch (StageAwayException nobody) {
            throw new DemoFailedException(
                    nobody.getMessage() + ". Start one first, or say where it is: --url=http://host:port", nobody);
        }
    }

    private void play(Scene scene, Stage stage) {
        long periodNanos = Math.max(1, Math.round(NANOS_PER_SECOND / settings.actionsPerSecond()));
        long begin = System.nanoTime();
        long next = begin;
        long report = begin + REPORT_EVERY.toNanos();
        while (!isOver(begin) && !pause(next - System.nanoTime())) {
            step(scene, stage);
            long now = System.nanoTime();
            // Whoever fell behind by more than a second does not catch up in a rush.
            next = Math.max(next + periodNanos, now - NANOS_PER_SECOND);
            if (now - report >= 0) {
                report = now + REPORT_EVERY.toNanos();
                says.accept(lineOf(scene.tally()));
            }
        }
        says.accept("The scene is over: " + lineOf(scene.tally()));
    }

    private boolean isOver(long begin) {
        return settings.lasts().isPositive()
                && System.nanoTime() - begin >= settings.lasts().toNanos();
    }

    private void step(Scene scene, Stage stage) {
        try {
            scene.step(stage);
            if (away) {
                away = false;
                says.accept("The kernel answers again.");
            }
        } catch (StageAwayException gone) {
            if (!away) {
                away = true;
                says.accept(gone.getMessage() + "; the scene goes on when it is back.");
            }
            pause(AWAY_PAUSE.toNanos());
        }
    }

    /** Waits, and tells whether somebody stopped the scene meanwhile. */
    private boolean pause(long nanos) {
        try {
            return stopped.await(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static String lineOf(Scene.Tally tally) {
        String line = "%,d messages, %,d writes, %,d reads".formatted(tally.messages(), tally.writes(), tally.reads());
        return tally.postponed() == 0
                ? line
                : line + "; %,d times an agent had to wait for its rate limit".formatted(tally.postponed());
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString(Math.round(number)) : Double.toString(number);
    }
}
