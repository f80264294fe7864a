package dev.agentkernel.core.messages;

/** Which way a queued message goes to its recipient. */
public enum Route {
    /** The recipient fetches it: by request, long-poll or socket. */
    PULL,
    /** The delivery worker posts it to the recipient's webhook. */
    PUSH,
    /** None: it is among the recipient's dead letters, until the recipient puts it back or deletes it. */
    DEAD
}
