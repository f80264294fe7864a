package dev.agentkernel.app.settings;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/** Compares values of properties with their range. */
final class PropertyRange {

    private PropertyRange() {}

    /** What is wrong with a value, or with an element of it, as the end of a sentence that begins with the property's name. */
    static Optional<String> complaintAbout(Object value, Between range) {
        if (value instanceof Collection<?> elements) {
            return elements.isEmpty()
                    ? Optional.of("is empty; it must have at least one element, " + inWords(range) + ".")
                    : elements.stream()
                            .flatMap(element -> complaintAbout(element, range).stream())
                            .findFirst();
        }
        boolean inside = compare(value, range.least()) >= 0 && compare(value, range.most()) <= 0;
        return inside ? Optional.empty() : Optional.of("is " + shown(value) + "; it must be " + inWords(range) + ".");
    }

    static String inWords(Between range) {
        return range.least() + " to " + range.most();
    }

    private static int compare(Object value, String bound) {
        return switch (value) {
            case Integer number -> Long.compare(number, Long.parseLong(bound));
            case Long number -> Long.compare(number, Long.parseLong(bound));
            case DataSize size -> size.compareTo(DataSize.parse(bound));
            case Duration duration -> duration.compareTo(DurationStyle.detectAndParse(bound));
            default -> throw new IllegalStateException("a property of type " + value.getClass() + " has no order");
        };
    }

    private static String shown(Object value) {
        return switch (value) {
            case DataSize size -> size.toBytes() + " bytes";
            case Duration duration -> duration.toMillis() + " ms";
            default -> value.toString();
        };
    }
}
