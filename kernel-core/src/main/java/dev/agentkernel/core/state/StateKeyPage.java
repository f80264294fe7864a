package dev.agentkernel.core.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of keys in the byte order of their UTF-8.
 *
 * @param nextAfterKey where the next page starts; {@code null} at the end
 * @param total of all keys with the prefix
 */
public record StateKeyPage(List<String> keys, @Nullable String nextAfterKey, long total) {

    public StateKeyPage {
        keys = List.copyOf(keys);
    }
}
