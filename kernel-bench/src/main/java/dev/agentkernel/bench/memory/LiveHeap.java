package dev.agentkernel.bench.memory;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM's heap holds after a full collection. */
public final class LiveHeap {

    private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    private LiveHeap() {}

    /** Collects, and returns the bytes of what is left. */
    public static long bytes(long pid) {
        // A histogram of live objects collects first.
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher total = TOTAL.matcher(output);
            if (!total.find()) {
                throw new BenchmarkFailure("jcmd did not tell the heap: " + output);
            }
            return Long.parseLong(total.group(1));
        } catch (IOException missing) {
            throw new BenchmarkFailure("the heap is read with jcmd, which needs a JDK: " + missing, missing);
        }
    }
}
