package dev.agentkernel.core.state;

import java.util.Optional;
import java.util.Set;

/** What a writer demands of the entry as it stands at the very moment of the commit. */
public sealed interface Precondition {

    /** Nothing: the last write wins. */
    record None() implements Precondition {}

    /** That the key exists ({@code If-Match: *}). */
    record Exists() implements Precondition {}

    /** That the key does not exist ({@code If-None-Match: *}). */
    record Absent() implements Precondition {}

    /** That the key exists in one of these versions ({@code If-Match}). */
    record VersionIn(Set<Long> versions) implements Precondition {
        public VersionIn {
            versions = Set.copyOf(versions);
        }
    }

    /** That the key does not exist in one of these versions ({@code If-None-Match}). */
    record VersionNotIn(Set<Long> versions) implements Precondition {
        public VersionNotIn {
            versions = Set.copyOf(versions);
        }
    }

    /** That two demands hold together: a request may carry {@code If-Match} and {@code If-None-Match} at once. */
    record Both(Precondition first, Precondition second) implements Precondition {}

    @SuppressWarnings("ClassInitializationDeadlock") // a None is made on this line and nowhere else
    Precondition NONE = new None();

    /** Whether an entry of the given version, or an absent one, is as demanded. */
    default boolean holdsFor(Optional<Long> version) {
        return switch (this) {
            case None none -> true;
            case Exists exists -> version.isPresent();
            case Absent absent -> version.isEmpty();
            case VersionIn in -> version.filter(in.versions()::contains).isPresent();
            case VersionNotIn notIn ->
                version.filter(notIn.versions()::contains).isEmpty();
            case Both both -> both.first().holdsFor(version) && both.second().holdsFor(version);
        };
    }
}
