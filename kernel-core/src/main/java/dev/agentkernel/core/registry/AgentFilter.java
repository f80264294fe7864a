package dev.agentkernel.core.registry;

import dev.agentkernel.core.RefusedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which agents a reader of the registry looks for; letter case does not count.
 *
 * @param tag that they have; {@code null} for any
 * @param text that their name or description holds; {@code null} for any
 */
public record AgentFilter(@Nullable String tag, @Nullable String text) {

    /** Longest text to look for, in Unicode characters. */
    public static final int TEXT_CHARACTERS_MAX = 100;

    /** Lets every agent pass. */
    public static final AgentFilter NONE = new AgentFilter(null, null);

    /**
     * A filter as a reader gave it; empty is any.
     *
     * @throws RefusedException {@code bad_request} for what is too long
     */
    public static AgentFilter checked(String tag, String text) {
        require("tag", tag, AgentProfile.TAG_CHARACTERS_MAX);
        require("q", text, TEXT_CHARACTERS_MAX);
        return new AgentFilter(
                tag.isEmpty() ? null : AgentProfile.comparable(tag),
                text.isEmpty() ? null : text.toLowerCase(Locale.ROOT));
    }

    private static void require(String parameter, String given, int charactersMax) {
        int characters = given.codePointCount(0, given.length());
        if (characters > charactersMax) {
            throw RefusedException.badRequest("The parameter '" + parameter + "' has " + characters
                    + " characters; at most " + charactersMax + " are allowed.");
        }
    }

    /** Whether an agent's name or description holds the text. */
    boolean textIsIn(@Nullable AgentProfile profile) {
        return text == null || (profile != null && (holds(profile.name(), text) || holds(profile.description(), text)));
    }

    private static boolean holds(@Nullable String field, String text) {
        return field != null && field.toLowerCase(Locale.ROOT).contains(text);
    }
}
