package dev.agentkernel.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.cluster.Presence.ClusterView;
import dev.agentkernel.core.cluster.Presence.Worker;
import dev.agentkernel.core.memory.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LocalPresenceTest {

    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);

    private final LocalWakeups wakeups = new LocalWakeups();
    private final LocalPresence presence = new LocalPresence("single", "1.0", new SettableClock(), wakeups);

    @Test
    void theLastConnectionOfAWorkerIsTheOne() {
        presence.connected("alice", "w", FIRST);
        presence.connected("alice", "w", SECOND);
        assertThat(presence.sessionOf("alice", "w")).contains(SECOND);
        presence.disconnected("alice", "w", FIRST);
        assertThat(presence.sessionOf("alice", "w")).contains(SECOND);
        presence.disconnected("alice", "w", SECOND);
        assertThat(presence.sessionOf("alice", "w")).isEmpty();
        assertThat(presence.isConnected("alice")).isFalse();
    }

    @Test
    void anAgentIsConnectedAsLongAsOneOfItsWorkersIs() {
        presence.connected("alice", "v", FIRST);
        presence.connected("alice", "w", SECOND);
        presence.disconnected("alice", "v", FIRST);
        assertThat(presence.isConnected("alice")).isTrue();
        assertThat(presence.isConnected("bob")).isFalse();
    }

    @Test
    void theViewCountsAllAndListsSomeInOrder() {
        presence.connected("bob", "w", FIRST);
        presence.connected("alice", "w", SECOND);
        ClusterView view = presence.view(1);
        assertThat(view.connections()).isEqualTo(2);
        assertThat(view.replicas())
                .containsExactly(new Presence.Replica("single", "1.0", SettableClock.START, SettableClock.START, 2));
        assertThat(view.workers()).containsExactly(new Worker("alice", "w", SECOND, "single", SettableClock.START));
    }

    @Test
    void everyChangeIsAHint() {
        List<String> heard = new ArrayList<>();
        wakeups.subscribe(new Wakeups.Listener() {
            @Override
            public void onWorkersChanged(String address) {
                heard.add(address);
            }

            @Override
            public void onRescan() {
                heard.add("everything");
            }
        });
        presence.connected("alice", "w", FIRST);
        presence.disconnected("alice", "w", FIRST);
        wakeups.rescan();
        assertThat(heard).containsExactly("alice", "alice", "everything");
    }
}
