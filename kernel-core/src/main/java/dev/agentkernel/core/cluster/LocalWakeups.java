package dev.agentkernel.core.cluster;

import dev.agentkernel.core.auth.Caller;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hints within one process: each is handed to every listener on the publishing thread. */
public final class LocalWakeups implements Wakeups {

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    @Override
    public void agentHasMail(String address) {
        listeners.forEach(listener -> listener.onAgentHasMail(address));
    }

    @Override
    public void agentHasPush(String address) {
        listeners.forEach(listener -> listener.onAgentHasPush(address));
    }

    @Override
    public void logReached(long seq) {
        listeners.forEach(listener -> listener.onLogReached(seq));
    }

    @Override
    public void stateChanged(int keyHash) {
        listeners.forEach(listener -> listener.onStateChanged(keyHash));
    }

    @Override
    public void credentialRevoked(Caller current) {
        listeners.forEach(listener -> listener.onCredentialRevoked(current));
    }

    @Override
    public void someCredentialsRevoked() {
        listeners.forEach(Listener::onSomeCredentialsRevoked);
    }

    @Override
    public void workersChanged(String address) {
        listeners.forEach(listener -> listener.onWorkersChanged(address));
    }

    @Override
    public void replicaDied(String name) {
        listeners.forEach(listener -> listener.onReplicaDied(name));
    }

    /** Has every listener look at everything. */
    public void rescan() {
        listeners.forEach(Listener::onRescan);
    }

    @Override
    public Subscription subscribe(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
