package dev.agentkernel.api.state;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.state.Precondition;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;

/** The conditions of a request, {@code If-Match} and {@code If-None-Match} (RFC 9110, section 13.1). */
record Conditions(Precondition ifMatch, Precondition ifNoneMatch) {

    private static final String IF_MATCH = "If-Match";
    private static final String IF_NONE_MATCH = "If-None-Match";

    /**
     * Reads the conditions.
     *
     * @throws RefusedException {@code bad_request} if one is malformed
     */
    static Conditions of(HttpServletRequest request) {
        return new Conditions(
                field(request, IF_MATCH)
                        .map(text -> ifMatch(EntityTags.parse(IF_MATCH, text, false)))
                        .orElse(Precondition.NONE),
                field(request, IF_NONE_MATCH)
                        .map(text -> ifNoneMatch(EntityTags.parse(IF_NONE_MATCH, text, true)))
                        .orElse(Precondition.NONE));
    }

    private static Optional<String> field(HttpServletRequest request, String name) {
        Enumeration<String> lines = request.getHeaders(name);
        return lines.hasMoreElements() ? Optional.of(String.join(",", Collections.list(lines))) : Optional.empty();
    }

    private static Precondition ifMatch(EntityTags.Named named) {
        return named.any() ? new Precondition.Exists() : new Precondition.VersionIn(named.versions());
    }

    private static Precondition ifNoneMatch(EntityTags.Named named) {
        return named.any() ? new Precondition.Absent() : new Precondition.VersionNotIn(named.versions());
    }

    /** What a write demands. */
    Precondition together() {
        if (ifNoneMatch.equals(Precondition.NONE)) {
            return ifMatch;
        }
        return ifMatch.equals(Precondition.NONE) ? ifNoneMatch : new Precondition.Both(ifMatch, ifNoneMatch);
    }
}
