package dev.agentkernel.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Describes what the figures were measured on: figures of different machines are not comparable, ratios mostly are. */
public final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** Returns one line: cores, processor, JDK, operating system. */
    public static String describe() {
        Runtime.Version version = Runtime.version();
        return Runtime.getRuntime().availableProcessors() + " cores (" + processor() + "), JDK " + version + " ("
                + System.getProperty("java.vendor") + "), " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + " " + System.getProperty("os.arch");
    }

    private static String processor() {
        try {
            return Files.readAllLines(CPU_INFO).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unnamed processor");
        } catch (IOException notLinux) {
            return "unnamed processor";
        }
    }
}
