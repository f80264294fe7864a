package dev.agentkernel.bench.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the few members that scenarios need out of the kernel's answers: tokens, ids, addresses and cursors, which by the contract
 * never need an escape.
 */
public final class JsonText {
    private JsonText() {}

    /** Returns the text of the first member of this name, empty when it is absent or null. */
    public static String text(String json, String member) {
        Matcher matcher = Pattern.compile("\"" + Pattern.quote(member) + "\"\\s*:\\s*\"([^\"\\\\]*)\"")
                .matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }
}
