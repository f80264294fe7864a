package dev.agentkernel.app.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Java program in a process of its own, with this test's class path and without its environment. */
final class KernelProcess implements AutoCloseable {

    /** Far beyond what a start takes on a busy machine. */
    static final Duration PATIENCE = Duration.ofSeconds(110);

    static final String KERNEL = "dev.agentkernel.app.KernelApplication";

    private static final Pattern API = Pattern.compile("API +http://127\\.0\\.0\\.1:(\\d+)/v1");
    private static final Pattern OPERATIONS = Pattern.compile("Operations +http://127\\.0\\.0\\.1:(\\d+)/");

    private final Process process;
    private final Path output;
    private final Path errors;
    private final HttpClient client = HttpClient.newHttpClient();

    private KernelProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** A kernel on free ports, with its data below the directory. */
    static KernelProcess kernel(Path directory, String... arguments) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("--kernel.data-dir", directory.resolve("data").toString());
        properties.put("--server.port", "0");
        properties.put("--management.server.port", "0");
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            properties.put(parts[0], parts[1]);
        }
        return program(
                KERNEL,
                directory,
                properties.entrySet().stream()
                        .map(property -> property.getKey() + "=" + property.getValue())
                        .toList());
    }

    static KernelProcess program(String mainClass, Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(arguments);
        try {
            Path output = Files.createTempFile(directory, "output", ".log");
            Path errors = Files.createTempFile(directory, "errors", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.matches("(KERNEL|SERVER|MANAGEMENT|SPRING|LOGGING|JAVA|JDK)_.*"));
            return new KernelProcess(builder.start(), output, errors);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    KernelProcess awaitReady() {
        await().atMost(PATIENCE).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("the kernel ended: " + this);
            }
            return output().contains("Admin token");
        });
        return this;
    }

    /** The exit status, once the process ends by itself. */
    int awaitEnd() {
        try {
            if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("the process goes on: " + this);
    }

    /** Asks the process to end, as an orchestrator does. */
    void terminate() {
        process.destroy();
    }

    /** Ends the process at once, as a power cut does. */
    void kill() {
        process.destroyForcibly();
    }

    int port() {
        return number(API);
    }

    int managementPort() {
        return number(OPERATIONS);
    }

    private int number(Pattern pattern) {
        Matcher matcher = pattern.matcher(output());
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + output());
        }
        return Integer.parseInt(matcher.group(1));
    }

    HttpResponse<String> get(int port, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<String> post(int port, String path, String json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stop);
        }
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
        client.close();
    }

    @Override
    public String toString() {
        return "output:\n" + output() + "\nerrors:\n" + errors();
    }
}
