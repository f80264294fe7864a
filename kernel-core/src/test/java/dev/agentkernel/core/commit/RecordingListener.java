package dev.agentkernel.core.commit;

import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what a listener was told. */
final class RecordingListener implements CommitListener {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<Duration> took = new CopyOnWriteArrayList<>();

    @Override
    public void committed(int mutations, List<StampedRecord> records, Duration commitTook) {
        took.add(commitTook);
        told.add("committed " + mutations + " mutations in " + records.size() + " records");
    }

    @Override
    public void failed(int mutations, StorageException away) {
        told.add("failed " + mutations + " mutations: " + away.remedy());
    }

    List<String> told() {
        return told;
    }

    /** How long each commit took. */
    List<Duration> took() {
        return took;
    }
}
