package dev.agentkernel.storage.embedded;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been opened so far, to be closed in reverse when the next part cannot be. */
final class OpenParts {

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Closes everything; what fails on the way is added to the failure that led here. */
    void closeAll(Exception failure) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception alsoFailed) {
                failure.addSuppressed(alsoFailed);
            }
        }
    }
}
