package dev.agentkernel.bench.cluster;

import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.process.KernelProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How replicas are started: one command, with a name of its own for each. */
public final class Replicas {

    private static final String NOTIFICATIONS = "kernel_cluster_notifications_total";

    private final KernelProcess.Settings settings;
    private final Map<String, KernelProcess> running = new HashMap<>();

    /** Replicas with these settings, whose arguments name the database. */
    public Replicas(KernelProcess.Settings settings) {
        this.settings = settings;
    }

    KernelProcess start(String name, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.profiles.active=postgres",
                "--kernel.cluster.replica=" + name,
                "--kernel.observation.access=public"));
        arguments.addAll(settings.arguments());
        arguments.addAll(more);
        Path directory = settings.dataDirectory();
        KernelProcess kernel = KernelProcess.start(new KernelProcess.Settings(
                settings.java(),
                settings.jar(),
                directory.resolveSibling(name),
                arguments,
                directory.resolveSibling(name + ".log")));
        running.put(name, kernel);
        return kernel;
    }

    /** How many notifications a running replica has sent. */
    double notificationsOf(String name) {
        int port = Objects.requireNonNull(running.get(name), "a replica that was not started")
                .managementPort();
        try (ApiClient operations = new ApiClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            Optional<String> figure = operations
                    .expect(Request.get("/actuator/prometheus", ""), 200)
                    .lines()
                    .filter(line -> line.startsWith(NOTIFICATIONS))
                    .findFirst();
            return figure.map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .orElse(0.0);
        }
    }
}
