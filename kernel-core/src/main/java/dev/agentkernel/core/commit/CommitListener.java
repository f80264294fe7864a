package dev.agentkernel.core.commit;

import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.List;

/**
 * Learns of commits, on the committer thread, when they are durable and, but for {@link #durable}, answered. Must be quick, as the
 * next batch waits for it. What it throws is logged and changes nothing.
 */
public interface CommitListener {

    /** Does nothing. */
    CommitListener NONE = new CommitListener() {
        @Override
        public void committed(int mutations, List<StampedRecord> records, Duration took) {}

        @Override
        public void failed(int mutations, StorageException away) {}
    };

    /**
     * A batch is durable and nobody has been answered yet: for what must be so by the time an answer arrives. Whatever else there
     * is to learn waits for {@link #committed}.
     */
    default void durable(List<StampedRecord> records) {}

    /** A batch is durable and answered. */
    void committed(int mutations, List<StampedRecord> records, Duration took);

    /** Nothing of a batch was kept. */
    void failed(int mutations, StorageException away);

    /** Tells each of several listeners, in order. */
    static CommitListener all(List<CommitListener> listeners) {
        List<CommitListener> copy = List.copyOf(listeners);
        return new CommitListener() {
            @Override
            public void durable(List<StampedRecord> records) {
                copy.forEach(listener -> listener.durable(records));
            }

            @Override
            public void committed(int mutations, List<StampedRecord> records, Duration took) {
                copy.forEach(listener -> listener.committed(mutations, records, took));
            }

            @Override
            public void failed(int mutations, StorageException away) {
                copy.forEach(listener -> listener.failed(mutations, away));
            }
        };
    }
}
