package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What a batch changes of the counters of queues, and of the places where the search for their oldest messages begins. */
final class QueueChanges {

    /** Two statements, because most batches send alone. */
    private static final String COUNTERS = """
            UPDATE queues q SET depth = q.depth + r.depth, content_bytes = q.content_bytes + r.content_bytes,
                pull_waiting = q.pull_waiting + r.pull_waiting, changes = (q.changes + 1) % 16,
                generation = q.generation + (q.changes + 1) / 16""";

    private static final String COUNT = COUNTERS + """

            FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                AS r (address, generation, depth, content_bytes, pull_waiting)
            WHERE q.address = r.address AND q.generation = r.generation""";
    private static final String COUNT_AND_MOVE = COUNTERS + """
            ,
                pull_from = LEAST(GREATEST(q.pull_from, r.pull_taken), r.pull_back),
                push_from = LEAST(GREATEST(q.push_from, r.push_taken), r.push_back)
            FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
                    ?::bigint[], ?::bigint[])
                AS r (address, generation, depth, content_bytes, pull_waiting, pull_taken, pull_back, push_taken, push_back)
            WHERE q.address = r.address AND q.generation = r.generation""";

    private final Map<String, Change> changes = new LinkedHashMap<>();
    private long contentBytes;
    private boolean isMoved;

    private static final class Change {
        private final Head pull = new Head();
        private final Head push = new Head();
        private long depth;
        private long bytes;
        private long pullWaiting;
    }

    /** Behind what was taken, but not behind what came back, in whatever order that happened: too early costs time alone. */
    private static final class Head {
        private long taken;
        private long back = Long.MAX_VALUE;
    }

    /** Counts what a queue gains, or with negative numbers loses. */
    void count(String address, long depth, long bytes, long pullWaiting) {
        Change change = changeOf(address);
        change.depth += depth;
        change.bytes += bytes;
        change.pullWaiting += pullWaiting;
        contentBytes += bytes;
    }

    /** The oldest messages that waited on a route do not wait any more: nothing before the last of them does. */
    void taken(String address, Route route, List<LeasedMessage> oldest) {
        if (route == Route.DEAD || oldest.isEmpty()) {
            return;
        }
        Change change = changeOf(address);
        Head head = route == Route.PULL ? change.pull : change.push;
        head.taken = Math.max(head.taken, oldest.getLast().seq() + 1);
        isMoved = true;
    }

    /** A message that was there before the batch waits on a route. */
    void back(String address, Route route, long seq) {
        if (route == Route.DEAD) {
            return;
        }
        Change change = changeOf(address);
        Head head = route == Route.PULL ? change.pull : change.push;
        head.back = Math.min(head.back, seq);
        isMoved = true;
    }

    /** Forgets a queue that is gone, with the content that was in it. */
    void drop(String address, long bytes) {
        changes.remove(address);
        contentBytes -= bytes;
    }

    private Change changeOf(String address) {
        return changes.computeIfAbsent(address, any -> new Change());
    }

    /** How many bytes the batch adds to all queues together. */
    long contentBytes() {
        return contentBytes;
    }

    /**
     * Adds the one statement that writes all of it, if there is anything.
     *
     * @param generations tells the newest generation of each queue
     */
    void write(Script script, ToLongFunction<String> generations) {
        if (changes.isEmpty()) {
            return;
        }
        Collection<Change> all = changes.values();
        String[] addresses = changes.keySet().toArray(String[]::new);
        long[] newest = Columns.longs(changes.keySet(), generations);
        long[] depths = Columns.longs(all, change -> change.depth);
        long[] bytes = Columns.longs(all, change -> change.bytes);
        long[] pullWaiting = Columns.longs(all, change -> change.pullWaiting);
        if (isMoved) {
            script.run(
                    COUNT_AND_MOVE,
                    addresses,
                    newest,
                    depths,
                    bytes,
                    pullWaiting,
                    Columns.longs(all, change -> change.pull.taken),
                    Columns.longs(all, change -> change.pull.back),
                    Columns.longs(all, change -> change.push.taken),
                    Columns.longs(all, change -> change.push.back));
        } else {
            script.run(COUNT, addresses, newest, depths, bytes, pullWaiting);
        }
    }
}
