package dev.agentkernel.bench.sockets;

import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Connects a worker for each of many agents and reports what one costs while it is idle; then lets some of them send to each other
 * at steady rates and acknowledge, and reports the time from a send to the frame at the receiver.
 */
public final class SocketScenario {

    private static final int TALKING = 1_000;
    private static final int WARM_UP_RATE = 1_000;
    private static final int[] RATES = {1_000, 5_000};
    private static final long SECONDS = 10;
    private static final double KIBIBYTE = 1024;
    private static final Pattern MESSAGE =
            Pattern.compile("\"type\":\"message\".*\"message_id\":\"([^\"]+)\".*\"content\":\"(\\d+)\"");

    private final KernelProcess.Settings settings;
    private final int sockets;
    private final Consumer<String> line;

    /** Creates a scenario that starts its kernel itself; every finding is told as a line. */
    public SocketScenario(KernelProcess.Settings settings, int sockets, Consumer<String> line) {
        this.settings = settings;
        this.sockets = sockets;
        this.line = line;
    }

    /** Runs the scenario. */
    public void run() {
        try (KernelProcess kernel = KernelProcess.start(settings);
                ApiClient api = new ApiClient(kernel.address())) {
            Population population = new Population(api);
            population.growTo(sockets, agents -> {});
            List<Agent> agents = population.spread(sockets);
            List<ClientSocket> open = idle(kernel, agents);
            List<ClientSocket> talking = new ArrayList<>(open.subList(0, Math.min(TALKING, open.size())));
            open.subList(talking.size(), open.size()).forEach(ClientSocket::close);
            Reception reception = new Reception();
            talking.forEach(socket -> Thread.ofVirtual().start(() -> reception.receive(socket)));
            talk(talking, agents, WARM_UP_RATE, reception);
            for (int rate : RATES) {
                tell("%s", talk(talking, agents, rate, reception));
            }
            talking.forEach(ClientSocket::close);
        } catch (IOException failure) {
            throw new BenchmarkFailure("a socket broke: " + failure.getMessage(), failure);
        }
    }

    private List<ClientSocket> idle(KernelProcess kernel, List<Agent> agents) throws IOException {
        connect(kernel, agents.subList(0, Math.min(200, agents.size()))).forEach(ClientSocket::close);
        long pid = kernel.figures().orElseThrow().pid();
        long heapBefore = LiveHeap.bytes(pid);
        long residentBefore = resident(kernel);
        long startNanos = System.nanoTime();
        List<ClientSocket> open = connect(kernel, agents);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long heap = LiveHeap.bytes(pid) - heapBefore;
        long resident = resident(kernel) - residentBefore;
        tell("%,d sockets connected in %.1f s", open.size(), seconds);
        tell(
                "idle: %.1f KiB of heap and %.1f KiB resident each",
                heap / KIBIBYTE / open.size(), resident / KIBIBYTE / open.size());
        return open;
    }

    private static List<ClientSocket> connect(KernelProcess kernel, List<Agent> agents) throws IOException {
        List<ClientSocket> open = new ArrayList<>();
        for (Agent agent : agents) {
            ClientSocket socket = new ClientSocket(kernel.address(), "/ws/agent", agent.token());
            socket.read();
            open.add(socket);
        }
        return open;
    }

    private static long resident(KernelProcess kernel) {
        return kernel.figures().orElseThrow().residentBytes().orElse(0);
    }

    private static String talk(List<ClientSocket> talking, List<Agent> agents, int rate, Reception reception)
            throws IOException {
        reception.begin();
        long messages = rate * SECONDS;
        long startNanos = System.nanoTime();
        for (long i = 0; i < messages; i++) {
            long due = startNanos + i * TimeUnit.SECONDS.toNanos(1) / rate;
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            int from = (int) (i % talking.size());
            String to = agents.get((from + 1) % talking.size()).address();
            // Timed from when it was due: a sender that is held up does not flatter.
            talking.get(from).say("{\"type\":\"send\",\"to\":\"" + to + "\",\"content\":\"" + due + "\"}");
        }
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (reception.acknowledged.get() < messages && System.nanoTime() - giveUp < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return String.format(
                Locale.ROOT,
                "%,d messages a second over %,d sockets: %,d of %,d received and acknowledged in %.1f s (%,.0f/s); "
                        + "send to frame p50 %.1f ms, p99 %.1f ms, at most %.1f ms",
                rate,
                talking.size(),
                reception.acknowledged.get(),
                messages,
                seconds,
                reception.acknowledged.get() / seconds,
                reception.latencies.getValueAtPercentile(50) / 1e6,
                reception.latencies.getValueAtPercentile(99) / 1e6,
                reception.latencies.getMaxValue() / 1e6);
    }

    /** What the workers get; every message is acknowledged at once. */
    private static final class Reception {

        private final ConcurrentHistogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
        private final AtomicLong acknowledged = new AtomicLong();

        void begin() {
            latencies.reset();
            acknowledged.set(0);
        }

        void receive(ClientSocket socket) {
            try {
                while (true) {
                    String frame = socket.read();
                    Matcher message = MESSAGE.matcher(frame);
                    if (message.find()) {
                        latencies.recordValue(Math.max(0, System.nanoTime() - Long.parseLong(message.group(2))));
                        socket.say("{\"type\":\"ack\",\"message_ids\":[\"" + message.group(1) + "\"]}");
                    } else if (frame.startsWith("{\"type\":\"acked\"")) {
                        acknowledged.incrementAndGet();
                    }
                }
            } catch (IOException ended) {
                // The scenario is over, or the figures show what is missing.
                return;
            }
        }
    }

    private void tell(String format, Object... values) {
        line.accept(String.format(Locale.ROOT, format, values));
    }
}
