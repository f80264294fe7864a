package dev.agentkernel.api.state;

import dev.agentkernel.core.RefusedException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reads and writes entity tags (RFC 9110, section 8.8.3). A version's tag is its number in quotes. */
final class EntityTags {

    private static final String ANY = "*";
    private static final int VERSION_DIGITS_MAX = 18;

    private final String field;
    private final String text;
    private int at;

    private EntityTags(String field, String text) {
        this.field = field;
        this.text = text;
    }

    /** The tag of a version. */
    static String of(long version) {
        return "\"" + version + '"';
    }

    /**
     * The versions that a condition names.
     *
     * @param any whether it is {@code *}
     * @param versions those named; tags that no version has are left out
     */
    record Named(boolean any, Set<Long> versions) {}

    /**
     * Reads the value of a condition.
     *
     * @param field the name of the condition, for the sentence of a refusal
     * @param weakToo whether a weak tag names the version, too (for {@code If-None-Match}), or nothing (for {@code If-Match})
     * @throws RefusedException {@code bad_request} if it is neither {@code *} nor a list of entity tags
     */
    static Named parse(String field, String text, boolean weakToo) {
        return text.strip().equals(ANY)
                ? new Named(true, Set.of())
                : new Named(false, new EntityTags(field, text).list(weakToo));
    }

    private Set<Long> list(boolean weakToo) {
        Set<Long> versions = new HashSet<>();
        boolean some = false;
        skipBlanks();
        while (at < text.length()) {
            // A list may have empty elements (RFC 9110, section 5.6.1).
            if (text.charAt(at) != ',') {
                boolean weak = text.startsWith("W/", at);
                at += weak ? 2 : 0;
                String opaque = opaqueTag();
                if (!weak || weakToo) {
                    version(opaque).ifPresent(versions::add);
                }
                some = true;
                skipBlanks();
            }
            if (at < text.length()) {
                requireComma();
                skipBlanks();
            }
        }
        if (!some) {
            throw malformed();
        }
        return versions;
    }

    private String opaqueTag() {
        int end = at < text.length() && text.charAt(at) == '"' ? text.indexOf('"', at + 1) : -1;
        if (end < 0) {
            throw malformed();
        }
        String opaque = text.substring(at + 1, end);
        if (opaque.chars().anyMatch(c -> c <= 0x20 || c == 0x7f)) {
            throw malformed();
        }
        at = end + 1;
        return opaque;
    }

    private void requireComma() {
        if (text.charAt(at) != ',') {
            throw malformed();
        }
        at++;
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    /** Tags are compared as they stand: 007 is not 7. */
    private static Optional<Long> version(String opaque) {
        boolean canonical = !opaque.isEmpty()
                && opaque.length() <= VERSION_DIGITS_MAX
                && opaque.charAt(0) != '0'
                && opaque.chars().allMatch(c -> c >= '0' && c <= '9');
        return canonical ? Optional.of(Long.valueOf(opaque)) : Optional.empty();
    }

    private RefusedException malformed() {
        return RefusedException.badRequest(
                "'" + field + "' must be * or a list of entity tags such as \"42\", each in double quotes.");
    }
}
