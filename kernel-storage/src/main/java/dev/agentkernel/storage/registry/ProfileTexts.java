package dev.agentkernel.storage.registry;

import dev.agentkernel.core.registry.AgentProfile;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Profiles as the tables keep them: all tags in one text, one on each line. */
public final class ProfileTexts {

    private ProfileTexts() {}

    /** The tags of a profile in one text. */
    public static String tagsOf(AgentProfile profile) {
        return String.join("\n", profile.tags());
    }

    /** The tags of a profile as they are compared, without repeats. */
    public static Set<String> comparableTagsOf(AgentProfile profile) {
        Set<String> tags = new TreeSet<>();
        profile.tags().forEach(tag -> tags.add(AgentProfile.comparable(tag)));
        return tags;
    }

    /** The profile of a row; {@code null} when there is no row, and so no text of tags. */
    public static @Nullable AgentProfile profile(
            @Nullable String name, @Nullable String description, @Nullable String tags) {
        return tags == null
                ? null
                : new AgentProfile(name, description, tags.isEmpty() ? List.of() : List.of(tags.split("\n")));
    }
}
