package dev.agentkernel.app.crash;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A kernel in a process of its own, from this test's class path, that ends by its own process id whatever becomes of the test. */
final class KernelProcess implements AutoCloseable {

    /** Far beyond what a start or a stop takes on a busy machine. */
    static final Duration PATIENCE = Duration.ofSeconds(100);

    private static final Pattern API = Pattern.compile("API +http://127\\.0\\.0\\.1:(\\d+)/v1");

    /** High enough that no test meets a rate limit. */
    private static final String UNLIMITED = "1000000";

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final Path output;
    private final Path errors;

    private KernelProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** Starts a kernel on free ports; its output goes to files in the log directory. */
    static KernelProcess launch(Path dataDirectory, Path logDirectory, Map<String, String> properties) {
        return run(KernelProgram.command(), dataDirectory, logDirectory, properties);
    }

    /** Starts a kernel with the command of a program. */
    static KernelProcess run(
            List<String> program, Path dataDirectory, Path logDirectory, Map<String, String> properties) {
        List<String> command = new ArrayList<>(program);
        properties(dataDirectory, properties).forEach((name, value) -> command.add("--" + name + "=" + value));
        try {
            Path output = Files.createTempFile(logDirectory, "output", ".log");
            Path errors = Files.createTempFile(logDirectory, "errors", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.matches("(KERNEL|SERVER|MANAGEMENT|SPRING|LOGGING|JAVA|JDK)_.*"));
            Process process = builder.start();
            RUNNING.add(process);
            return new KernelProcess(process, output, errors);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Starts a kernel and returns once it answers the health request. */
    static KernelProcess start(Path dataDirectory, Path logDirectory, Map<String, String> properties) {
        return launch(dataDirectory, logDirectory, properties).ready();
    }

    /** This, once it answers the health request; ended, if it never does. */
    KernelProcess ready() {
        try {
            awaitReady();
            return this;
        } catch (Throwable failed) {
            close();
            throw failed;
        }
    }

    /** This, once it has told so; ended, if it never does. */
    KernelProcess told(String text) {
        try {
            awaitOutput(Pattern.compile(Pattern.quote(text)));
            return this;
        } catch (Throwable failed) {
            close();
            throw failed;
        }
    }

    /** The properties of a kernel on free ports whose rate limits nobody meets, and more. */
    static Map<String, String> properties(Path dataDirectory, Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("kernel.data-dir", dataDirectory.toString());
        all.put("server.port", "0");
        all.put("management.server.port", "0");
        for (String limit : List.of(
                "message-send-per-minute",
                "message-receive-per-minute",
                "state-read-per-minute",
                "state-write-per-minute",
                "registry-read-per-minute",
                "operator-registrations-per-hour",
                "agents-per-operator")) {
            all.put("kernel.limits." + limit, UNLIMITED);
        }
        all.putAll(more);
        return all;
    }

    /** Returns once the kernel answers the health request. */
    void awaitReady() {
        awaitOutput(API);
        try (HttpConnection connection = new HttpConnection(address())) {
            connection.get("/v1/health", null).expect(200);
        } catch (IOException failed) {
            throw new UncheckedIOException(this.toString(), failed);
        }
    }

    private void awaitOutput(Pattern text) {
        await().pollInterval(Duration.ofMillis(50))
                .atMost(PATIENCE)
                .failFast(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the kernel ended with " + process.exitValue() + ": " + this);
                    }
                })
                .until(() -> text.matcher(output()).find());
    }

    InetSocketAddress address() {
        Matcher matcher = API.matcher(output());
        if (!matcher.find()) {
            throw new AssertionError("the kernel does not tell its port: " + this);
        }
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(matcher.group(1)));
    }

    long processId() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Lets the process stand still, as a paused virtual machine does, until {@link #resume}. */
    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (!kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new AssertionError("process " + process.pid() + " does not take the signal " + name);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the process to end, as an orchestrator does. */
    void terminate() {
        process.destroy();
    }

    /** The exit status, once the process ends by itself. */
    int awaitEnd() {
        try {
            if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                RUNNING.remove(process);
                return process.exitValue();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("process " + process.pid() + " goes on: " + this);
    }

    String output() {
        return read(output);
    }

    String errors() {
        return read(errors);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }

    @Override
    public String toString() {
        return "process " + process.pid() + "\noutput:\n" + output() + "\nerrors:\n" + errors();
    }
}
