package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whether the suites together have seen every answer that the OpenAPI document describes. */
abstract class CoverageSuite extends HttpSuite {

    /** Answers that no suite can cause, with the reason. */
    private static final Map<String, String> OUT_OF_REACH = new TreeMap<>(Map.of(
            "getHealth 500", "it touches nothing that can fail",
            "getCluster 500", "it asks no facet of the storage that a test can break",
            "getCluster 503", "it asks no facet of the storage that a test can break",
            "getHealth 503", "a kernel that starts or stops does not listen",
            "beginObserverSession 500", "it touches nothing that can fail",
            "beginObserverSession 503", "a kernel that starts or stops does not listen",
            "endObserverSession 500", "it touches nothing that can fail",
            "endObserverSession 503", "a kernel that starts or stops does not listen"));

    @Test
    void everyDocumentedAnswerShouldHaveBeenSeen() {
        assertThat(kernels().coverage().unseen())
                .extracting(Object::toString)
                .containsExactlyInAnyOrderElementsOf(OUT_OF_REACH.keySet());
    }
}
