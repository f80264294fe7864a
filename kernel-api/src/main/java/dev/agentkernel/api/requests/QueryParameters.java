package dev.agentkernel.api.requests;

import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, decoded strictly and only when asked for. Of a repeated one the first counts; unknown ones are ignored. */
public final class QueryParameters {

    private final String query;

    public QueryParameters(@Nullable String rawQuery) {
        this.query = rawQuery == null ? "" : rawQuery;
    }

    /**
     * The value of a parameter.
     *
     * @throws RefusedException {@code bad_request} if its escapes are broken or its bytes are not UTF-8
     */
    public Optional<String> text(String name) {
        return raw(name)
                .map(raw -> PercentEncoding.decodeQuery(raw)
                        .orElseThrow(() -> RefusedException.badRequest(
                                "The parameter '" + name + "' is not valid UTF-8 in percent-encoding.")));
    }

    /** The parameter {@code limit}; the default where it is missing, not a number, or not between 1 and the most. */
    public int limit(int fallback, int most) {
        return raw("limit")
                .flatMap(PercentEncoding::decodeQuery)
                .flatMap(QueryParameters::number)
                .filter(limit -> limit >= 1 && limit <= most)
                .orElse(fallback);
    }

    /**
     * A whole number of seconds; the default where it is missing or empty.
     *
     * @throws RefusedException {@code bad_request} if it is not a number, or not between the least and the most
     */
    public Duration seconds(String name, Duration fallback, Duration least, Duration most) {
        Optional<String> text = text(name).filter(value -> !value.isEmpty());
        if (text.isEmpty()) {
            return fallback;
        }
        return text.flatMap(QueryParameters::number)
                .map(Duration::ofSeconds)
                .filter(value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0)
                .orElseThrow(() -> RefusedException.badRequest("'" + name + "' must be a whole number of seconds from "
                        + least.toSeconds() + " to " + most.toSeconds() + "."));
    }

    private static Optional<Integer> number(String text) {
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }

    private Optional<String> raw(String name) {
        int from = 0;
        while (from < query.length()) {
            int ampersand = query.indexOf('&', from);
            int end = ampersand < 0 ? query.length() : ampersand;
            int equals = query.indexOf('=', from);
            int nameEnd = equals < 0 || equals > end ? end : equals;
            if (nameEnd - from == name.length() && query.startsWith(name, from)) {
                return Optional.of(nameEnd == end ? "" : query.substring(nameEnd + 1, end));
            }
            from = end + 1;
        }
        return Optional.empty();
    }
}
