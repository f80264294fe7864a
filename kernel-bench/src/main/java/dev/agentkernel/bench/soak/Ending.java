package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.client.BlockingConnection.Received;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.process.BenchmarkFailure;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What is done when the load is over: everything still owed is settled, every queue emptied, everything read and compared. */
final class Ending {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int TAKEN_AT_ONCE = 100;
    private static final int PAGE = 1_000;

    private final Cast cast;
    private final MixedLoad load;
    private final Ledger ledger;
    private final StateLedger state;
    private final Answers answers;
    private final Violations violations;
    private final Consumer<String> progress;

    Ending(
            Cast cast,
            MixedLoad load,
            Ledger ledger,
            StateLedger state,
            Answers answers,
            Violations violations,
            Consumer<String> progress) {
        this.cast = cast;
        this.load = load;
        this.ledger = ledger;
        this.state = state;
        this.answers = answers;
        this.violations = violations;
        this.progress = progress;
    }

    void settleAndCheck(SocketWorkers workers, EventStream stream) {
        await("every key got its answer", load.messages()::settleRetries);
        Set<Integer> pushedTo = new HashSet<>(cast.webhooks().indices());
        pushedTo.addAll(cast.sockets().indices());
        await("every message was pushed", () -> ledger.open(pushedTo) == 0);
        LockSupport.parkNanos(MessageWork.LEASES_END.toNanos());
        workers.close();
        for (int index = 0; index < cast.size(); index++) {
            int agent = index;
            await(
                    "the queue of agent " + agent + " was emptied",
                    () -> load.messages().take(agent, TAKEN_AT_ONCE) == 0);
        }
        await("every key was read", load.state()::verifyAll);
        LogAudit audit = new LogAudit(violations);
        readLog(audit);
        ledger.checkNothingIsLost(audit::isDelivered);
        audit.checkAgainst(ledger, state);
        await("the stream has shown everything", () -> stream.last() >= audit.last());
        progress.accept(audit.events() + " events in the log, as many in the stream, which was connected "
                + stream.connects() + " times");
    }

    /** What is left open by the time that patience ends is a violation; the checks that follow name it. */
    private void await(String what, BooleanSupplier done) {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - giveUp > 0) {
                violations.add("two minutes were not enough until " + what);
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void readLog(LogAudit audit) {
        boolean more = true;
        while (more) {
            Request request = Request.get("/observe/events?format=ndjson&limit=" + PAGE + "&since=" + audit.last(), "");
            Optional<Received> page = answers.to(request, 200);
            if (page.isEmpty()) {
                throw new BenchmarkFailure("the log could not be read after event " + audit.last());
            }
            long before = audit.last();
            page.get().body().lines().filter(line -> !line.isBlank()).forEach(audit::event);
            more = audit.last() > before;
        }
    }
}
