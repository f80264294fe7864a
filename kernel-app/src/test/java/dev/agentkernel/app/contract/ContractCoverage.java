package dev.agentkernel.app.contract;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Which documented answers a test suite has seen. Safe for use by many threads. */
public final class ContractCoverage {

    /** One documented status of one operation; the operation is {@code outside} for answers that belong to none. */
    public record Documented(String operation, int status) implements Comparable<Documented> {

        private static final Comparator<Documented> ORDER =
                Comparator.comparing(Documented::operation).thenComparing(Documented::status);

        @Override
        public int compareTo(Documented other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return operation + " " + status;
        }
    }

    private final Set<Documented> documented = new ConcurrentSkipListSet<>();
    private final Set<Documented> seen = new ConcurrentSkipListSet<>();

    ContractCoverage(Collection<Documented> documented) {
        this.documented.addAll(documented);
    }

    void saw(String operation, int status) {
        seen.add(new Documented(operation, status));
    }

    /** Every documented answer, in order. */
    public List<Documented> documented() {
        return List.copyOf(documented);
    }

    /** The documented answers that were seen, and were as documented, in order. */
    public List<Documented> seen() {
        return List.copyOf(seen);
    }

    /** The documented answers that were never seen, in order. */
    public List<Documented> unseen() {
        return documented.stream().filter(each -> !seen.contains(each)).toList();
    }
}
