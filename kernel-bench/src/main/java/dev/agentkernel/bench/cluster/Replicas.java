package dev.agentkernel.bench.cluster;

import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.process.KernelProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Replicas that run: started by one command, with a name of its own for each, and ended together. */
final class Replicas implements AutoCloseable {

    private static final String NOTIFICATIONS = "kernel_cluster_notifications_total";

    private final List<KernelProcess> running = new ArrayList<>();

    private Replicas() {}

    /** Starts so many, one after the other, with settings whose arguments name the database. */
    static Replicas start(KernelProcess.Settings settings, int count, List<String> more) {
        Replicas replicas = new Replicas();
        try {
            for (int i = 0; i < count; i++) {
                replicas.running.add(start(settings, name(i), more));
            }
            return replicas;
        } catch (RuntimeException failure) {
            replicas.close();
            throw failure;
        }
    }

    private static KernelProcess start(KernelProcess.Settings settings, String name, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.profiles.active=postgres",
                "--kernel.cluster.replica=" + name,
                "--kernel.observation.access=public"));
        arguments.addAll(settings.arguments());
        arguments.addAll(more);
        Path directory = settings.dataDirectory();
        return KernelProcess.start(new KernelProcess.Settings(
                settings.java(),
                settings.jar(),
                directory.resolveSibling(name),
                arguments,
                directory.resolveSibling(name + ".log")));
    }

    /** The name of one of them: a, b, c. */
    static String name(int number) {
        return Character.toString('a' + number);
    }

    /** Where each of them answers. */
    List<InetSocketAddress> addresses() {
        return running.stream().map(KernelProcess::address).toList();
    }

    /** Ends all but the first so many. */
    void keep(int count) {
        List<KernelProcess> others = running.subList(count, running.size());
        others.forEach(KernelProcess::close);
        others.clear();
    }

    /** How many notifications each of them has sent. */
    double[] notifications() {
        return running.stream().mapToDouble(Replicas::notificationsOf).toArray();
    }

    private static double notificationsOf(KernelProcess replica) {
        InetSocketAddress management =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), replica.managementPort());
        try (ApiClient operations = new ApiClient(management)) {
            Optional<String> figure = operations
                    .expect(Request.get("/actuator/prometheus", ""), 200)
                    .lines()
                    .filter(line -> line.startsWith(NOTIFICATIONS))
                    .findFirst();
            return figure.map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .orElse(0.0);
        }
    }

    @Override
    public void close() {
        running.forEach(KernelProcess::close);
    }
}
