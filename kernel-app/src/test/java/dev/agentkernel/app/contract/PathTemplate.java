package dev.agentkernel.app.contract;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A path of the document; a parameter stands for one segment, or for the whole rest of the path. */
record PathTemplate(String template, Pattern pattern, int literalCharacters) implements Comparable<PathTemplate> {

    private static final String REST = ".*";
    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

    static PathTemplate of(String template, boolean endsWithRestOfPath) {
        StringBuilder expression = new StringBuilder();
        int position = 0;
        for (MatchResult parameter : PARAMETER.matcher(template).results().toList()) {
            expression.append(Pattern.quote(template.substring(position, parameter.start())));
            position = parameter.end();
            boolean last = position == template.length();
            expression.append(last && endsWithRestOfPath ? REST : "[^/]+");
        }
        expression.append(Pattern.quote(template.substring(position)));
        int literals = PARAMETER.matcher(template).replaceAll("").length();
        return new PathTemplate(template, Pattern.compile(expression.toString(), Pattern.DOTALL), literals);
    }

    boolean matches(String rawPath) {
        return pattern.matcher(rawPath).matches();
    }

    boolean endsWithRestOfPath() {
        return pattern.pattern().contains(REST);
    }

    /** The more literal template comes first. */
    @Override
    public int compareTo(PathTemplate other) {
        return Integer.compare(other.literalCharacters, literalCharacters);
    }
}
