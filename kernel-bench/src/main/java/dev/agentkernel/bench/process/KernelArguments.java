package dev.agentkernel.bench.process;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command-line properties of a measured kernel: limits that refuse honest load are raised out of the way, everything else is
 * as shipped, read logging and metrics included.
 */
final class KernelArguments {
    private static final String UNLIMITED = "1000000000";
    private static final List<String> RAISED_LIMITS = List.of(
            "kernel.limits.message-send-per-minute",
            "kernel.limits.message-receive-per-minute",
            "kernel.limits.state-read-per-minute",
            "kernel.limits.state-write-per-minute",
            "kernel.limits.registry-read-per-minute",
            "kernel.limits.operator-registrations-per-hour",
            "kernel.limits.agents-per-operator",
            "kernel.limits.observation-per-minute",
            "kernel.messaging.max-queue-per-agent");

    private final Map<String, String> properties = new LinkedHashMap<>();

    KernelArguments() {
        RAISED_LIMITS.forEach(name -> properties.put(name, UNLIMITED));
    }

    KernelArguments set(String name, Object value) {
        properties.put(name, value.toString());
        return this;
    }

    /**
     * Adds what the user gave, such as {@code --spring.profiles.active=postgres}. A property given twice would become a list of
     * both values, so the user's replaces ours.
     */
    KernelArguments setAll(List<String> arguments) {
        for (String argument : arguments) {
            String property = argument.startsWith("--") ? argument.substring(2) : argument;
            int equals = property.indexOf('=');
            if (equals < 1) {
                throw new BenchmarkFailure("--kernel-arg is \"" + argument + "\"; it has to look like --name=value");
            }
            properties.put(property.substring(0, equals), property.substring(equals + 1));
        }
        return this;
    }

    List<String> commandLine() {
        return properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toList();
    }
}
