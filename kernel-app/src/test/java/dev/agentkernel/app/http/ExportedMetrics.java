package dev.agentkernel.app.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.stream.Collectors;

/** What a kernel told Prometheus at a moment, in the text format. */
record ExportedMetrics(String text) {

    static ExportedMetrics of(RunningKernel kernel) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI place = URI.create(kernel.management() + "/actuator/prometheus");
            return new ExportedMetrics(http.send(HttpRequest.newBuilder(place).build(), BodyHandlers.ofString())
                    .body());
        } catch (IOException failed) {
            throw new IllegalStateException("the metrics cannot be read", failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while reading the metrics", stop);
        }
    }

    /** Names of the samples, as queries use them. */
    Set<String> names() {
        return text.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }

    /** The value of the sample with this name and these labels as they are written, for example {@code a_total{b="c"}}. */
    double value(String sample) {
        return text.lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no " + sample + " in:\n" + text));
    }
}
