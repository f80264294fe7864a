package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.cluster.Wakeups;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told. */
final class RecordedHints implements Wakeups.Listener {

    private final List<String> heard = new CopyOnWriteArrayList<>();

    List<String> all() {
        return heard;
    }

    @Override
    public void onAgentHasMail(String address) {
        heard.add("mail " + address);
    }

    @Override
    public void onLogReached(long seq) {
        heard.add("log " + seq);
    }

    @Override
    public void onCredentialRevoked(Caller current) {
        heard.add("revoked " + current);
    }

    @Override
    public void onWorkersChanged(String address) {
        heard.add("workers " + address);
    }

    @Override
    public void onReplicaDied(String name) {
        heard.add("died " + name);
    }

    @Override
    public void onRescan() {
        heard.add("everything");
    }
}
