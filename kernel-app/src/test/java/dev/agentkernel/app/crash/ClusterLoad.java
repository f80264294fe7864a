package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Senders at two replicas, and whoever takes from the second. */
final class ClusterLoad {

    private final Ledger ledger = new Ledger();
    private final KernelProcess a;
    private KernelProcess b;
    private final SharedDatabase database;
    private final List<Sender> sendersAtA = new ArrayList<>();
    private final List<Sender> sendersAtB = new ArrayList<>();
    private final List<Taker> takersAtB = new ArrayList<>();

    ClusterLoad(KernelProcess a, KernelProcess b, SharedDatabase database) throws IOException {
        this.a = a;
        this.b = b;
        this.database = database;
        List<Agent> agents;
        try (HttpConnection connection = new HttpConnection(b.address())) {
            agents = Agent.register(connection, 8);
        }
        List<Agent> recipients = agents.subList(4, 8);
        for (int i = 0; i < 4; i++) {
            Sender sender = new Sender(agents.get(i), recipients, ledger, i);
            (i % 2 == 0 ? sendersAtA : sendersAtB).add(sender);
            takersAtB.add(new Taker(recipients.get(i), ledger, i));
        }
    }

    /** Senders begin at a replica that stands for the first. */
    LoadRound at(KernelProcess instead) {
        return new LoadRound(instead.address(), sendersAtA);
    }

    LoadRound atA() {
        return at(a);
    }

    LoadRound atB() {
        return atB(b);
    }

    /** The others begin at a replica that stands for the second. */
    LoadRound atB(KernelProcess instead) {
        b = instead;
        List<Actor> actors = new ArrayList<>(sendersAtB);
        actors.addAll(takersAtB);
        return new LoadRound(b.address(), actors);
    }

    private void settle(HttpConnection connection) throws IOException {
        for (Sender sender : sendersAtA) {
            sender.settle(connection);
        }
        for (Sender sender : sendersAtB) {
            sender.settle(connection);
        }
    }

    /** Everything that was acknowledged came, once and in order; nothing else did, but what nobody answered for. */
    void assertNothingLostOrDoubled() throws IOException {
        try (HttpConnection connection = new HttpConnection(b.address())) {
            settle(connection);
            for (Taker taker : takersAtB) {
                taker.drain(connection);
            }
        }
        assertThat(ledger.violations()).as(this::whatIsLeft).isEmpty();
        assertThat(ledger.arrived()).as(this::whatIsLeft).containsAllEntriesOf(ledger.acknowledged());
        Set<String> refusedButCame = new HashSet<>(ledger.refusedPosts());
        refusedButCame.retainAll(ledger.arrived().keySet());
        assertThat(refusedButCame).isEmpty();
    }

    void assertNobodyWasRefused() {
        assertThat(ledger.refusedPosts()).isEmpty();
    }

    private String whatIsLeft() {
        Map<String, String> missing = new HashMap<>(ledger.acknowledged());
        missing.keySet().removeAll(ledger.arrived().keySet());
        return "missing: " + missing + "\nqueued: "
                + database.ask("SELECT string_agg(concat_ws(' ', seq, message_id, leased_by, lease_id, leased_until),"
                        + " E'\\n' ORDER BY seq) FROM messages")
                + "\nB: " + b;
    }
}
