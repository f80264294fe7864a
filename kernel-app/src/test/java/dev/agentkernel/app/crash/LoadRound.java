package dev.agentkernel.app.crash;

import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Lets actors work at once, each on a connection of its own, until the kernel is gone. */
final class LoadRound {

    private static final int WAKE_EVERYBODY = 1_000_000;

    private final Semaphore answers = new Semaphore(0);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended;
    private volatile boolean stopping;

    LoadRound(InetSocketAddress kernel, List<? extends Actor> actors) {
        this.ended = new CountDownLatch(actors.size());
        for (Actor actor : actors) {
            Thread.ofVirtual().start(() -> run(actor, kernel));
        }
    }

    private void run(Actor actor, InetSocketAddress kernel) {
        try (HttpConnection connection = new HttpConnection(kernel)) {
            while (failure.get() == null && !stopping) {
                answers.release(actor.act(connection));
            }
        } catch (IOException gone) {
            // The end of every round.
        } catch (Throwable wrong) {
            failure.compareAndSet(null, wrong);
            answers.release(WAKE_EVERYBODY);
        } finally {
            ended.countDown();
        }
    }

    /** Returns as soon as the actors together have so many answers more. */
    void awaitAnswers(int count) throws InterruptedException {
        answers.drainPermits();
        boolean enough = answers.tryAcquire(count, KernelProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        failIfWrong();
        if (!enough) {
            throw new AssertionError("only " + answers.availablePermits() + " of " + count + " answers within "
                    + KernelProcess.PATIENCE);
        }
    }

    /** Lets every actor have its last answer while the kernel goes on. */
    void stop() throws InterruptedException {
        stopping = true;
        awaitEnd();
    }

    /** Returns when every actor has noticed that the kernel is gone. */
    void awaitEnd() throws InterruptedException {
        if (!ended.await(KernelProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(ended.getCount() + " clients still wait for an answer");
        }
        failIfWrong();
    }

    private void failIfWrong() {
        Throwable wrong = failure.get();
        if (wrong != null) {
            throw new AssertionError("a client got a wrong answer", wrong);
        }
    }
}
