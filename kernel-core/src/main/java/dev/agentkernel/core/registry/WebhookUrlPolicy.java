package dev.agentkernel.core.registry;

import java.util.Optional;

/** Decides which URLs an agent may have its messages pushed to. */
@FunctionalInterface
public interface WebhookUrlPolicy {

    /**
     * Why the URL is refused, as a sentence for the client that gives nothing of the inner network away; empty when it is
     * allowed. May resolve names; bounded in time.
     */
    Optional<String> refusalOf(String url);
}
