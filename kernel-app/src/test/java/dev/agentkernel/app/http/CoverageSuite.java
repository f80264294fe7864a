package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether the suites together have seen every answer that the OpenAPI document describes. */
abstract class CoverageSuite extends HttpSuite {

    /** Answers that no suite can cause, with the reason. */
    private static final Map<String, String> OUT_OF_REACH = Map.ofEntries(
            Map.entry("connectWorker 101", "it is the beginning of a socket, which has a suite of its own"),
            Map.entry("streamEvents 101", "it is the beginning of a socket, which has a suite of its own"),
            Map.entry("streamEvents 200", "it has no end"),
            Map.entry("getHealth 500", "it touches nothing that can fail"),
            Map.entry("getCluster 500", "it asks no facet of the storage that a test can break"),
            Map.entry("getCluster 503", "it asks no facet of the storage that a test can break"),
            Map.entry("getHealth 503", "a kernel that starts or stops does not listen"),
            Map.entry("getScaling 500", "it answers from memory"),
            Map.entry("getScaling 503", "it answers from memory"),
            Map.entry("beginObserverSession 500", "it touches nothing that can fail"),
            Map.entry("beginObserverSession 503", "a kernel that starts or stops does not listen"),
            Map.entry("endObserverSession 500", "it touches nothing that can fail"),
            Map.entry("endObserverSession 503", "a kernel that starts or stops does not listen"));

    @Test
    void everyDocumentedAnswerShouldHaveBeenSeen() {
        assertThat(kernels().coverage().unseen())
                .extracting(Object::toString)
                .containsExactlyInAnyOrderElementsOf(OUT_OF_REACH.keySet());
    }
}
