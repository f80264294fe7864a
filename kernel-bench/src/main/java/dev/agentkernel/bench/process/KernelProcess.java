package dev.agentkernel.bench.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A kernel in a JVM of its own, on free ports of the loopback interface. */
public final class KernelProcess implements MeasuredServer {
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final long PROBE_PAUSE_MILLIS = 50;

    private final ChildProcess child;
    private final InetSocketAddress address;
    private final int managementPort;
    private final Duration startUp;

    private KernelProcess(ChildProcess child, InetSocketAddress address, int managementPort, Duration startUp) {
        this.child = child;
        this.address = address;
        this.managementPort = managementPort;
        this.startUp = startUp;
    }

    /**
     * What is started.
     *
     * @param java the JVM and its flags
     * @param jar the packaged kernel
     * @param dataDirectory where the kernel keeps its data; need not exist
     * @param arguments what the user wants added to the kernel's command line
     * @param log where its output goes
     */
    public record Settings(JavaCommand java, Path jar, Path dataDirectory, List<String> arguments, Path log) {}

    /** Starts a kernel and returns once {@code GET /v1/health} is answered 200. */
    public static KernelProcess start(Settings settings) {
        int port = freePort();
        int managementPort = freePort();
        List<String> arguments = new KernelArguments()
                .set("server.address", InetAddress.getLoopbackAddress().getHostAddress())
                .set("server.port", port)
                .set("management.server.port", managementPort)
                .set("kernel.data-dir", settings.dataDirectory().toAbsolutePath())
                .setAll(settings.arguments())
                .commandLine();
        List<String> command = new ArrayList<>(List.of("-jar", settings.jar().toString()));
        command.addAll(arguments);
        long startNanos = System.nanoTime();
        ChildProcess child = ChildProcess.start("kernel", settings.java().with(command), settings.log(), false);
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            awaitReady(child, address, startNanos);
            return new KernelProcess(child, address, managementPort, Duration.ofNanos(System.nanoTime() - startNanos));
        } catch (RuntimeException failure) {
            child.close();
            throw failure;
        }
    }

    /** Returns the time from starting the process to its first healthy answer. */
    public Duration startUp() {
        return startUp;
    }

    /** Returns the port of probes and figures. */
    public int managementPort() {
        return managementPort;
    }

    /** Ends the process at once, as {@code kill -9} does. */
    public void kill() {
        child.kill();
    }

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Optional<ProcessFigures> figures() {
        return Optional.of(new ProcessFigures(child.process().pid()));
    }

    @Override
    public void close() {
        child.close();
    }

    private static void awaitReady(ChildProcess child, InetSocketAddress address, long startNanos) {
        HttpRequest health = HttpRequest.newBuilder(
                        URI.create("http://" + address.getHostString() + ":" + address.getPort() + "/v1/health"))
                .timeout(PROBE_TIMEOUT)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!isHealthy(client, health)) {
                if (!child.process().isAlive()) {
                    throw child.failure("ended with status " + child.process().exitValue() + " before it was ready");
                }
                if (System.nanoTime() - startNanos > READY_TIMEOUT.toNanos()) {
                    throw child.failure(
                            "did not answer " + health.uri() + " with 200 within " + READY_TIMEOUT.toSeconds() + " s");
                }
                Thread.sleep(PROBE_PAUSE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted while the kernel was starting", interrupted);
        }
    }

    private static boolean isHealthy(HttpClient client, HttpRequest health) throws InterruptedException {
        try {
            return client.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYetListening) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new BenchmarkFailure("no free port on the loopback interface: " + failure, failure);
        }
    }
}
