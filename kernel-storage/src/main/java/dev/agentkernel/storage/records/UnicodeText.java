package dev.agentkernel.storage.records;

import java.nio.charset.StandardCharsets;

/** Texts as every store can hold them. */
public final class UnicodeText {

    private UnicodeText() {}

    /**
     * The text with a question mark for each half of a surrogate pair that stands alone, which UTF-8 cannot say. What the log
     * and the tables keep must go through here, so that the tables built anew from the log are the same.
     */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return text;
    }
}
