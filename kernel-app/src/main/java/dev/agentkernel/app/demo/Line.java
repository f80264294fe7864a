package dev.agentkernel.app.demo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the agents of the scene say to each other: a sentence that begins with what it is about, such as
 * {@code quote S-1042: 840 EUR, two days}.
 */
record Line(String verb, String shipment, String text) {

    private static final Pattern FORM = Pattern.compile("([a-z]+) (S-\\d{1,9}): (.*)", Pattern.DOTALL);

    static Optional<Line> parse(String content) {
        Matcher matcher = FORM.matcher(content);
        return matcher.matches()
                ? Optional.of(new Line(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return verb + " " + shipment + ": " + text;
    }
}
