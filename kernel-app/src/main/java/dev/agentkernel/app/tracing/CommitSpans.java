package dev.agentkernel.app.tracing;

import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A span for each commit. It stands alone, as it serves many requests; how many changes it carried is a tag. */
final class CommitSpans implements CommitListener {

    static final String NAME = "kernel commit";

    private static final String OUTCOME = "outcome";
    private static final String MUTATIONS = "kernel.commit.mutations";

    private final EndedSpans spans;

    CommitSpans(EndedSpans spans) {
        this.spans = spans;
    }

    @Override
    public void committed(int mutations, List<StampedRecord> records, Duration took) {
        spans.add(
                NAME,
                took,
                Map.of(
                        OUTCOME,
                        "committed",
                        MUTATIONS,
                        Integer.toString(mutations),
                        "kernel.commit.records",
                        Integer.toString(records.size())));
    }

    @Override
    public void failed(int mutations, StorageException away) {
        spans.add(NAME, Duration.ZERO, Map.of(OUTCOME, "failed", MUTATIONS, Integer.toString(mutations)));
    }
}
