package dev.agentkernel.api.requests;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.agentkernel.core.RefusedException;
import java.nio.charset.StandardCharsets;

/** Whatever stands behind the question mark: limits are within their range; a cursor is read, and is the one that is given out, or refused. */
class QueryFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aCursorLeadsSomewhereOrIsRefused(byte[] behind) {
        QueryParameters query = new QueryParameters(new String(behind, StandardCharsets.US_ASCII));
        int limit = query.limit(100, 1000);
        if (limit < 1 || limit > 1000) {
            throw new AssertionError("the limit " + limit);
        }
        try {
            long seq = Cursors.seq(query);
            if (seq < 0 || Cursors.seq(queryOf(Cursors.afterSeq(seq))) != seq) {
                throw new AssertionError("the place " + seq);
            }
        } catch (RefusedException expected) {
            // An error of the contract.
        }
        try {
            String key = Cursors.key(query);
            if (!key.isEmpty() && !Cursors.key(queryOf(Cursors.afterKey(key))).equals(key)) {
                throw new AssertionError("the place after the key " + key);
            }
        } catch (RefusedException expected) {
            // An error of the contract.
        }
    }

    private static QueryParameters queryOf(String cursor) {
        return new QueryParameters("cursor=" + cursor);
    }
}
