package dev.agentkernel.app.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells the kernel's properties from misspelt ones, whichever of Spring's spellings is used. */
final class KnownProperties {

    /** All that there are. */
    static final KnownProperties OF_KERNEL = new KnownProperties(PropertyTree.of(KernelProperties.class).stream()
            .map(PropertyTree.Leaf::name)
            .toList());

    private static final String PREFIX = "kernel.";

    private static final String ENVIRONMENT_PREFIX = "KERNEL_";
    private static final Pattern INDEX = Pattern.compile("(\\[[0-9]+])+$");
    private static final Pattern ENVIRONMENT_INDEX = Pattern.compile("(_[0-9]+_?)+$");

    /** Typing errors change so many letters at most. */
    private static final int TYPING_ERROR_DISTANCE = 2;

    private final List<String> names;

    KnownProperties(List<String> names) {
        this.names = List.copyOf(names);
    }

    /** Whether a property of a file, an argument or a system property is the kernel's and does not exist. */
    boolean isUnknown(String name) {
        return name.toLowerCase(Locale.ROOT).startsWith(PREFIX)
                && !matches(INDEX.matcher(name).replaceAll(""));
    }

    private boolean matches(String name) {
        return names.stream().anyMatch(known -> uniform(known).equals(uniform(name)));
    }

    /** The property that was probably meant: the nearest by letters. */
    String nearestTo(String name) {
        return nearest(uniform(name));
    }

    /**
     * The property that a variable of the environment probably means and misspells. Other variables that happen to begin like the
     * kernel's are none of its business: orchestrators set such for their own purposes.
     */
    Optional<String> misspeltIn(String variable) {
        if (!variable.startsWith(ENVIRONMENT_PREFIX)) {
            return Optional.empty();
        }
        String letters = uniform(ENVIRONMENT_INDEX.matcher(variable).replaceAll(""));
        String nearest = nearest(letters);
        int distance = distance(letters, uniform(nearest));
        return distance > 0 && distance <= TYPING_ERROR_DISTANCE ? Optional.of(nearest) : Optional.empty();
    }

    /** How a property is called in the environment. */
    static String variableOf(String name) {
        return name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private String nearest(String letters) {
        return names.stream()
                .min(Comparator.comparingInt(known -> distance(letters, uniform(known))))
                .orElseThrow();
    }

    private static String uniform(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-._]", "");
    }

    /** The Levenshtein distance: how many letters must be added, left out or exchanged to make one of the other. */
    private static int distance(String one, String other) {
        List<Integer> above = new ArrayList<>();
        for (int column = 0; column <= other.length(); column++) {
            above.add(column);
        }
        for (int row = 1; row <= one.length(); row++) {
            List<Integer> current = new ArrayList<>(List.of(row));
            for (int column = 1; column <= other.length(); column++) {
                int exchanged = above.get(column - 1) + (one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1);
                int addedOrLeftOut = Math.min(above.get(column), current.get(column - 1)) + 1;
                current.add(Math.min(exchanged, addedOrLeftOut));
            }
            above = current;
        }
        return above.getLast();
    }
}
