package dev.agentkernel.app.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/** Says of a property whose value cannot be read as its type what would be read. */
public final class UnreadableProperty {

    private UnreadableProperty() {}

    /** The failure that names the property, its value and what is expected. */
    public static StartFailedException failureOf(BindException unreadable) {
        ConfigurationProperty property = unreadable.getProperty();
        String value = property == null ? "a value" : "\"" + property.getValue() + "\"";
        Class<?> type = unreadable.getTarget().getType().resolve(Object.class);
        return new StartFailedException(
                ExitStatus.CONFIGURATION,
                unreadable.getName() + " is " + value + "; it must be " + expected(type) + ".",
                unreadable);
    }

    /** The failure that names the property, its value and what Spring Boot says of it. */
    static StartFailedException failureOf(InvalidConfigurationPropertyValueException invalid) {
        String reason = invalid.getReason() == null ? "it is not allowed" : invalid.getReason();
        return new StartFailedException(
                ExitStatus.CONFIGURATION,
                invalid.getName() + " is \"" + invalid.getValue() + "\": "
                        + reason.strip().replaceFirst("[.]$", "") + ".",
                invalid);
    }

    private static String expected(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (type == DataSize.class) {
            return "a size such as 65536 (bytes), 512KB, 100MB or 10GB (1KB = 1024 bytes)";
        }
        if (type == Duration.class) {
            return "a duration such as 500ms, 30s, 5m or 2h";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "a whole number";
        }
        return "a " + type.getSimpleName();
    }
}
