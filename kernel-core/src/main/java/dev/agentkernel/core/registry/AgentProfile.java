package dev.agentkernel.core.registry;

import dev.agentkernel.core.RefusedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says about itself, for everybody to see.
 *
 * @param name for people; {@code null} when it gave none
 * @param description of what the agent does; {@code null} when it gave none
 * @param tags words to find it by, without repeats
 */
public record AgentProfile(@Nullable String name, @Nullable String description, List<String> tags) {

    /** Longest name, in Unicode characters. */
    public static final int NAME_CHARACTERS_MAX = 80;

    /** Longest description, in Unicode characters. */
    public static final int DESCRIPTION_CHARACTERS_MAX = 1_000;

    /** Most tags. */
    public static final int TAGS_MAX = 20;

    /** Longest tag, in Unicode characters. */
    public static final int TAG_CHARACTERS_MAX = 40;

    public AgentProfile {
        tags = List.copyOf(tags);
    }

    /**
     * A profile as an agent gave it: an empty name or description is none, repeated tags count once.
     *
     * @throws RefusedException {@code bad_request} for what is too long or holds control characters
     */
    public static AgentProfile checked(@Nullable String name, @Nullable String description, List<String> tags) {
        requireText("name", name, NAME_CHARACTERS_MAX);
        requireText("description", description, DESCRIPTION_CHARACTERS_MAX);
        if (tags.size() > TAGS_MAX) {
            throw RefusedException.badRequest(
                    "'tags' has " + tags.size() + " entries; at most " + TAGS_MAX + " are allowed.");
        }
        for (String tag : tags) {
            if (tag.isEmpty()) {
                throw RefusedException.badRequest("'tags' holds an empty tag.");
            }
            requireText("tags", tag, TAG_CHARACTERS_MAX);
            if (tag.chars().anyMatch(Character::isISOControl)) {
                throw RefusedException.badRequest("'tags' must not hold control characters.");
            }
        }
        return new AgentProfile(emptyIsNone(name), emptyIsNone(description), List.copyOf(new LinkedHashSet<>(tags)));
    }

    private static void requireText(String field, @Nullable String text, int charactersMax) {
        if (text == null) {
            return;
        }
        int characters = text.codePointCount(0, text.length());
        if (characters > charactersMax) {
            throw RefusedException.badRequest(
                    "'" + field + "' has " + characters + " characters; at most " + charactersMax + " are allowed.");
        }
        // Not every database can keep it in a text.
        if (text.indexOf('\0') >= 0) {
            throw RefusedException.badRequest("'" + field + "' must not hold the character U+0000.");
        }
    }

    private static @Nullable String emptyIsNone(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** Whether nothing is said. */
    public boolean isEmpty() {
        return name == null && description == null && tags.isEmpty();
    }

    /** How a tag is compared: letter case does not count. */
    public static String comparable(String tag) {
        return tag.toLowerCase(Locale.ROOT);
    }
}
