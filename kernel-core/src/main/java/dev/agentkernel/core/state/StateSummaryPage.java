package dev.agentkernel.core.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of keys with what is known of their values, in the byte order of UTF-8.
 *
 * @param nextAfterKey where the next page starts; {@code null} at the end
 * @param total of all keys with the prefix
 */
public record StateSummaryPage(
        List<StateSummary> entries, @Nullable String nextAfterKey, long total) {

    public StateSummaryPage {
        entries = List.copyOf(entries);
    }
}
