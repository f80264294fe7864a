package dev.agentkernel.api.state;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.agentkernel.core.RefusedException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Whatever stands in the path after {@code /v1/state/}: it is one key, or it is refused. */
class StateKeysFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aPathIsAKeyOrRefused(FuzzedDataProvider data) {
        String raw = data.consumeRemainingAsAsciiString();
        try {
            String key = StateKeys.of(raw);
            // A key that came in goes out again: encoded, it names itself.
            String again = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
            if (!again.equals(".")
                    && !again.equals("..")
                    && !StateKeys.of(again).equals(key)) {
                throw new AssertionError("the key " + key + " does not come back from " + again);
            }
        } catch (RefusedException expected) {
            // An error of the contract.
        }
    }
}
