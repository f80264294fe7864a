package dev.agentkernel.core.cluster;

import dev.agentkernel.core.auth.Caller;

/**
 * Hints between the parts of a kernel that something is worth a look. A hint is never data: it may be lost, repeated or come out
 * of order, and every listener finds out the truth from the storage. Publishing never blocks.
 */
public interface Wakeups {

    /** Messages may wait for an agent. */
    void agentHasMail(String address);

    /** Messages may wait to be pushed to an agent's webhook. */
    void agentHasPush(String address);

    /** The log has events up to this seq at least. */
    void logReached(long seq);

    /** A key of the state store with this {@link String#hashCode} may have changed. */
    void stateChanged(int keyHash);

    /** Credentials below a version are dead. */
    void credentialRevoked(Caller current);

    /** Credentials died, and nobody knows which; told within this process alone. */
    void someCredentialsRevoked();

    /** The connections of an agent's workers changed on some replica: see {@link Presence}. */
    void workersChanged(String address);

    /** A replica of this name has not been heard of for {@link Presence#EXPIRY}; told within one living process alone. */
    void replicaDied(String name);

    /** Registers a listener for as long as the subscription is open; listeners must be quick and must not throw. */
    Subscription subscribe(Listener listener);

    /** What hints arrive as. */
    interface Listener {

        default void onAgentHasMail(String address) {}

        default void onAgentHasPush(String address) {}

        default void onLogReached(long seq) {}

        default void onStateChanged(int keyHash) {}

        /** Everything below the version of this caller's credential is dead. */
        default void onCredentialRevoked(Caller current) {}

        /** Some credentials are dead: whoever goes by one for longer than a request has the authenticator check it again. */
        default void onSomeCredentialsRevoked() {}

        default void onWorkersChanged(String address) {}

        /** Nobody of this name lives, or it cannot say so: what its connections held must go on elsewhere. */
        default void onReplicaDied(String name) {}

        /**
         * Any number of hints may have been lost: whoever waits for something looks whether it is there. Comes when hints of other
         * replicas could not be heard for a while, and again and again in any case, so that losing every hint only delays.
         */
        default void onRescan() {}
    }

    /** An open subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
