package dev.agentkernel.app.process;

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

/**
 * A kernel, or another program of it, in a process of its own, from this test's class path and without its environment. It ends by
 * its own process id whatever becomes of the test.
 */
public final class KernelProcess implements AutoCloseable {

    /** Far beyond what a start or a stop takes on a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(100);

    private static final Pattern API = Pattern.compile("API +http://127\\.0\\.0\\.1:(\\d+)/v1");
    private static final Pattern ADMIN_TOKEN = Pattern.compile("Admin token ");
    private static final Pattern OPERATIONS = Pattern.compile("Operations +http://127\\.0\\.0\\.1:(\\d+)/");

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

    /** Starts a program with its arguments; its output goes to files in the log directory. */
    static KernelProcess program(List<String> program, Path logDirectory, List<String> arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(arguments);
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

    /** Starts a kernel on free ports as it comes, but for some properties; data and output are below the directory. */
    static KernelProcess kernel(Path directory, Map<String, String> properties) {
        Map<String, String> all = onFreePorts(directory.resolve("data"));
        all.putAll(properties);
        return program(KernelProgram.command(), directory, arguments(all));
    }

    /** Starts a kernel on free ports whose rate limits nobody meets; its output goes to files in the log directory. */
    public static KernelProcess launch(Path dataDirectory, Path logDirectory, Map<String, String> properties) {
        return run(KernelProgram.command(), dataDirectory, logDirectory, properties);
    }

    /** Starts such a kernel with the command of a program. */
    public static KernelProcess run(
            List<String> program, Path dataDirectory, Path logDirectory, Map<String, String> properties) {
        return program(program, logDirectory, arguments(properties(dataDirectory, properties)));
    }

    /** Starts a kernel and returns once it answers the health request. */
    public static KernelProcess start(Path dataDirectory, Path logDirectory, Map<String, String> properties) {
        return launch(dataDirectory, logDirectory, properties).ready();
    }

    /** This, once it answers the health request; ended, if it never does. */
    public KernelProcess ready() {
        try {
            awaitReady();
            return this;
        } catch (Throwable failed) {
            close();
            throw failed;
        }
    }

    /** This, once it has told so; ended, if it never does. */
    public KernelProcess told(String text) {
        try {
            awaitOutput(Pattern.compile(Pattern.quote(text)));
            return this;
        } catch (Throwable failed) {
            close();
            throw failed;
        }
    }

    /** The properties of a kernel on free ports whose rate limits nobody meets, and more. */
    public static Map<String, String> properties(Path dataDirectory, Map<String, String> more) {
        Map<String, String> all = onFreePorts(dataDirectory);
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

    private static Map<String, String> onFreePorts(Path dataDirectory) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("kernel.data-dir", dataDirectory.toString());
        properties.put("server.port", "0");
        properties.put("management.server.port", "0");
        return properties;
    }

    private static List<String> arguments(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toList();
    }

    /** Returns once the kernel has told all it tells at its start, and answers the health request. */
    public void awaitReady() {
        awaitOutput(ADMIN_TOKEN);
        int status = Requests.get(port(), "/v1/health").statusCode();
        if (status != 200) {
            throw new AssertionError("the kernel is not well: " + status + "; " + this);
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

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    public int port() {
        return number(API);
    }

    public int managementPort() {
        return number(OPERATIONS);
    }

    private int number(Pattern pattern) {
        Matcher matcher = pattern.matcher(output());
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " is told: " + this);
        }
        return Integer.parseInt(matcher.group(1));
    }

    public long processId() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Lets the process stand still, as a paused virtual machine does, until {@link #resume}. */
    public void pause() {
        signal("STOP");
    }

    public void resume() {
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
    public void terminate() {
        process.destroy();
    }

    /** The exit status, once the process ends by itself. */
    public int awaitEnd() {
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

    public String output() {
        return read(output);
    }

    public String errors() {
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
