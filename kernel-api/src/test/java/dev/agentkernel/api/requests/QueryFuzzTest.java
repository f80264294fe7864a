package dev.agentkernel.api.requests;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.agentkernel.core.RefusedException;

/** Whatever stands behind the question mark: cursors and limits are read, or refused. */
class QueryFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aCursorLeadsSomewhereOrIsRefused(FuzzedDataProvider data) {
        QueryParameters query = new QueryParameters(data.consumeRemainingAsAsciiString());
        int limit = query.limit(100, 1000);
        if (limit < 1 || limit > 1000) {
            throw new AssertionError("the limit " + limit);
        }
        try {
            if (Cursors.seq(query) < 0) {
                throw new AssertionError("a place before the beginning");
            }
        } catch (RefusedException expected) {
            // An error of the contract.
        }
        try {
            Cursors.key(query);
        } catch (RefusedException expected) {
            // An error of the contract.
        }
    }
}
