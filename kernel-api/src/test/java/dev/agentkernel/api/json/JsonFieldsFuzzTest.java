package dev.agentkernel.api.json;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.agentkernel.core.RefusedException;

/** Whatever bytes come as a body: they are read, or refused with an error of the contract. */
class JsonFieldsFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aBodyIsReadOrRefused(byte[] body) {
        try {
            JsonFields.parse(body, body.length, JsonFieldsFuzzTest::readEverything);
        } catch (RefusedException expected) {
            requireSentence(expected);
        }
    }

    private static int readEverything(JsonFields fields) {
        int read = 0;
        while (fields.next()) {
            read += switch (fields.name()) {
                case "text" -> fields.text().length();
                case "bytes" -> fields.utf8().size();
                case "truth" -> fields.truth() ? 1 : 0;
                case "number" -> Long.signum(fields.integer());
                case "texts" -> fields.texts(3).size();
                case "some" -> fields.textsOrNone(3).size();
                case "nullable" -> fields.textOrNull() == null ? 0 : 1;
                case "object" -> fields.object(JsonFieldsFuzzTest::readEverything);
                default -> 0;
            };
        }
        return read;
    }

    private static void requireSentence(RefusedException refusal) {
        if (refusal.getMessage() == null || refusal.getMessage().contains("Exception")) {
            throw new AssertionError("a refusal that tells of the inside", refusal);
        }
    }
}
