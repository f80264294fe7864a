package dev.agentkernel.core.removal;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blanks the bytes of removed contents in the log, one removal after another. What a crash leaves undone is done again after the
 * next start: a removal counts as erased only when a record says so. To blank twice is no different from once.
 */
public final class ContentEraser implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ContentEraser.class);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 5_000_000_000L;
    private static final int REMOVALS_AT_ONCE = 100;

    private final GroupCommit commits;
    private final RemovalStore store;
    private final Consumer<Throwable> onFatal;
    private volatile @Nullable Thread running;
    private volatile boolean closing;

    /**
     * Makes an eraser that does nothing until {@link #start}.
     *
     * @param onFatal called when nobody can know any more what the log holds; must end the process
     */
    public ContentEraser(GroupCommit commits, RemovalStore store, Consumer<Throwable> onFatal) {
        this.commits = commits;
        this.store = store;
        this.onFatal = onFatal;
    }

    /** Starts to erase what is left from before, and whatever comes. */
    public void start() {
        Thread thread = Thread.ofPlatform().name("kernel-eraser").daemon().unstarted(this::run);
        running = thread;
        thread.start();
    }

    /** There may be something to do. */
    public void wake() {
        LockSupport.unpark(running);
    }

    private void run() {
        while (!closing) {
            try {
                if (runOnce() == 0) {
                    LockSupport.parkNanos(this, PAUSE_NANOS);
                }
            } catch (FatalStorageException unknown) {
                onFatal.accept(unknown);
                return;
            } catch (StorageException | RefusedException away) {
                log.warn("Removed content is not erased from the log yet; it is tried again: {}", away.getMessage());
                LockSupport.parkNanos(this, PAUSE_NANOS);
            } catch (RuntimeException fault) {
                log.error("Erasing removed content failed; it is tried again", fault);
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }

    /** One round over what is not erased yet; returns how many removals were finished. */
    public int runOnce() {
        int finished = 0;
        for (PlacedRemoval removal : store.unerased(REMOVALS_AT_ONCE)) {
            if (!erase(removal)) {
                break;
            }
            commits.commit(new MarkErased(removal.removal().number()));
            finished++;
        }
        return finished;
    }

    private boolean erase(PlacedRemoval removal) {
        if (removal.contentSeq() > 0) {
            store.blank(new TreeSet<>(List.of(removal.contentSeq())), removal.removal());
            return true;
        }
        for (long from = 0; from < removal.seq(); from += LogSearch.STRIDE) {
            if (closing) {
                return false;
            }
            NavigableSet<Long> seqs = new TreeSet<>(
                    store.loggedIn(removal.removal().target(), from, Math.min(removal.seq(), from + LogSearch.STRIDE)));
            if (!seqs.isEmpty()) {
                store.blank(seqs, removal.removal());
            }
        }
        return true;
    }

    /** Lets the piece under way be the last one, and does not wait for it. */
    public void stop() {
        closing = true;
        wake();
    }

    /** Waits for the piece under way, five seconds at most: the rest of it is done after the next start, as after a crash. */
    @Override
    public void close() {
        stop();
        Thread thread = running;
        if (thread == null) {
            return;
        }
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                log.warn("Erasing removed content did not stop within {}", STOP_TIMEOUT);
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }
}
