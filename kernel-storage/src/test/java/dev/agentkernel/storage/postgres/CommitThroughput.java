package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how many changes a second become durable, by writers that each wait for one answer before they ask again; the server
 * runs beside them and syncs every commit. Arguments: writers, seconds for each measurement, replicas.
 */
final class CommitThroughput {

    private static final String CONTENT = "x".repeat(100);
    private static final int AGENTS = 1_000;

    private CommitThroughput() {}

    private interface Work {
        void once(KernelProcess process, int writer, long round);
    }

    public static void main(String[] arguments) throws Exception {
        int writers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int replicas = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
            String url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
            List<KernelProcess> processes = new ArrayList<>();
            for (int i = 0; i < replicas; i++) {
                Storage storage = PostgresStorage.open(
                        new PostgresSettings(url, "postgres", "postgres", "replica-" + i), InstantSource.system());
                processes.add(new KernelProcess(storage, InstantSource.system(), "replica-" + i, Limits.DEFAULT));
            }
            List<AgentCaller> agents = processes.getFirst().newAgents(AGENTS);
            for (int repetition = 0; repetition < 2; repetition++) {
                measure("send 100 bytes to 1,000 agents", writers, seconds, processes, (process, writer, round) -> {
                    AgentCaller sender = agents.get(writer % AGENTS);
                    process.send(sender, agents.get((int) ((writer * 7919L + round * 31) % AGENTS)), CONTENT);
                });
                measure(
                        "take and confirm one message",
                        writers,
                        seconds,
                        processes,
                        (process, writer, round) ->
                                process.receive(agents.get((int) ((writer * 7919L + round * 31) % AGENTS)), 1));
                measure(
                        "write 100 bytes of state",
                        writers,
                        seconds,
                        processes,
                        (process, writer, round) ->
                                process.put(agents.get(writer % AGENTS), "key " + writer + " " + round % 100, CONTENT));
            }
            processes.forEach(KernelProcess::close);
        }
    }

    private static void measure(String what, int writers, int seconds, List<KernelProcess> processes, Work work)
            throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong done = new AtomicLong();
        List<long[]> latencies = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            int writer = w;
            long[] nanos = new long[200_000];
            latencies.add(nanos);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; !stop.get() && round < nanos.length; round++) {
                    long started = System.nanoTime();
                    work.once(processes.get(writer % processes.size()), writer, round);
                    nanos[round] = System.nanoTime() - started;
                    done.incrementAndGet();
                }
            }));
        }
        long firstSeq = processes.getFirst().storage().events().lastSeq();
        Thread.sleep(Duration.ofSeconds(seconds));
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        long events = processes.getFirst().storage().events().lastSeq() - firstSeq;
        long[] all = latencies.stream()
                .flatMapToLong(Arrays::stream)
                .filter(n -> n > 0)
                .sorted()
                .toArray();
        System.out.printf(
                "%-32s %d writers, %d replicas: %,8d/s (%,d events/s), p50 %.1f ms, p99 %.1f ms%n",
                what,
                writers,
                processes.size(),
                done.get() / seconds,
                events / seconds,
                all[all.length / 2] / 1e6,
                all[(int) (all.length * 0.99)] / 1e6);
    }
}
