package dev.agentkernel.core.memory;

import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.commit.CommitSettings;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.storage.CommitStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A group commit at work, mostly over a storage in memory; closing proves that nothing was fatal. As an extension of a test it closes
 * itself.
 */
public final class RunningCommits implements AutoCloseable, AfterEachCallback {

    private final BlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();
    private final GroupCommit commits;

    public RunningCommits(CommitStore store) {
        commits = new GroupCommit(store, CommitSettings.DEFAULT, CommitListener.NONE, fatal::add);
        commits.start();
    }

    public GroupCommit commits() {
        return commits;
    }

    /** Makes the records part of history. */
    public void leave(LogRecord... records) {
        commits.commit(new Leaving(List.of(records)));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        commits.close();
        Throwable unexpected = fatal.poll();
        if (unexpected != null) {
            throw new AssertionError("a fatal failure", unexpected);
        }
    }
}
