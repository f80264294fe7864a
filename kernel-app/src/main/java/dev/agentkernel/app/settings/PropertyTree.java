package dev.agentkernel.app.settings;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties of a record and the records in it, with their full names. */
final class PropertyTree {

    /** One property: a component that is no group of others. */
    record Leaf(
            String name,
            RecordComponent component,
            @Nullable Object value) {

        Optional<Between> range() {
            return Optional.ofNullable(component.getAnnotation(Between.class));
        }

        /** The sentence that names the property, its value and its range, when the value is out of it. */
        Optional<String> complaint() {
            if (value == null || range().isEmpty()) {
                return Optional.empty();
            }
            return PropertyRange.complaintAbout(value, range().get()).map(complaint -> name + " " + complaint);
        }
    }

    private PropertyTree() {}

    /** The names of all properties, with no values. */
    static List<Leaf> of(Class<? extends Record> root) {
        List<Leaf> leaves = new ArrayList<>();
        collect(prefixOf(root), root, null, leaves);
        return leaves;
    }

    /** All properties with their values. */
    static List<Leaf> of(Record root) {
        List<Leaf> leaves = new ArrayList<>();
        collect(prefixOf(root.getClass()), root.getClass(), root, leaves);
        return leaves;
    }

    private static String prefixOf(Class<?> root) {
        return root.getAnnotation(ConfigurationProperties.class).value();
    }

    private static void collect(String prefix, Class<?> type, @Nullable Object owner, List<Leaf> leaves) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + inKebabCase(component.getName());
            Object value = owner == null ? null : valueOf(component, owner);
            if (component.getType().isRecord()) {
                collect(name, component.getType(), value, leaves);
            } else {
                leaves.add(new Leaf(name, component, value));
            }
        }
    }

    private static @Nullable Object valueOf(RecordComponent component, Object owner) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("the accessor of a public record can be called", impossible);
        }
    }

    private static String inKebabCase(String name) {
        StringBuilder kebab = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (Character.isUpperCase(letter)) {
                kebab.append('-');
            }
            kebab.append(Character.toLowerCase(letter));
        }
        return kebab.toString();
    }
}
