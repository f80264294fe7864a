package dev.agentkernel.api.state;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.agentkernel.core.RefusedException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Whatever stands in the path after {@code /v1/state/}: it is one key, or it is refused. */
class StateKeysFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aPathIsAKeyOrRefused(byte[] path) {
        String raw = new String(path, StandardCharsets.ISO_8859_1);
        try {
            String key = StateKeys.of(raw);
            if (key.getBytes(StandardCharsets.UTF_8).length > raw.length()) {
                throw new AssertionError("the key " + key + " is longer than " + raw);
            }
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
