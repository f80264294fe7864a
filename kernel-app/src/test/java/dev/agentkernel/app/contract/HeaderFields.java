package dev.agentkernel.app.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Header fields, found whatever the case of their name. */
public record HeaderFields(Map<String, List<String>> values) {

    public static final HeaderFields NONE = new HeaderFields(Map.of());

    public HeaderFields {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        values.forEach((name, lines) ->
                copy.computeIfAbsent(name, absent -> new ArrayList<>()).addAll(lines));
        values = copy;
    }

    /** Fields from names and values in turn. */
    public static HeaderFields of(String... namesAndValues) {
        HeaderFields fields = new HeaderFields(Map.of());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields = fields.with(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    /** These fields and one more line. */
    public HeaderFields with(String name, String value) {
        Map<String, List<String>> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(values);
        List<String> lines = new ArrayList<>(all(name));
        lines.add(value);
        more.put(name, lines);
        return new HeaderFields(more);
    }

    /** The same without one field. */
    public HeaderFields without(String name) {
        Map<String, List<String>> fewer = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fewer.putAll(values);
        fewer.remove(name);
        return new HeaderFields(fewer);
    }

    /** Every line of a field, in order. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The first line of a field. */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }
}
