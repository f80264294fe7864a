package dev.agentkernel.bench;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Splits arguments of the form {@code --name value} or {@code --name=value}, and refuses a name that is not known. */
final class CommandLine {
    private final Map<String, List<String>> values = new HashMap<>();

    CommandLine(List<String> arguments, Set<String> known, Set<String> repeatable) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (!known.contains(name)) {
                throw new BenchmarkFailure("there is no option \"" + name + "\"; see --help");
            }
            String value;
            if (equals >= 0) {
                value = argument.substring(equals + 1);
            } else if (i + 1 < arguments.size()) {
                i++;
                value = arguments.get(i);
            } else {
                throw new BenchmarkFailure(name + " needs a value; see --help");
            }
            List<String> given = values.computeIfAbsent(name, absent -> new ArrayList<>());
            if (!given.isEmpty() && !repeatable.contains(name)) {
                throw new BenchmarkFailure(name + " is given twice");
            }
            given.add(value);
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(given -> given.get(0));
    }

    List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** Returns the parts of a comma-separated value. */
    List<String> list(String name, String byDefault) {
        return List.of(text(name).orElse(byDefault).split(","));
    }

    int wholeNumber(String name, int byDefault) {
        return text(name).map(value -> parseWhole(name, value)).orElse(byDefault);
    }

    double number(String name, double byDefault) {
        return text(name)
                .map(value -> {
                    try {
                        return Double.valueOf(value);
                    } catch (NumberFormatException notANumber) {
                        throw new BenchmarkFailure(name + " is \"" + value + "\", which is not a number");
                    }
                })
                .orElse(byDefault);
    }

    static int parseWhole(String name, String value) {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException notANumber) {
            throw new BenchmarkFailure(name + " is \"" + value + "\", which is not a whole number");
        }
    }
}
