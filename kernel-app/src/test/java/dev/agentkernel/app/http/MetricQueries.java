package dev.agentkernel.app.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The queries of the dashboards and alert rules that come with the project. */
final class MetricQueries {

    private static final Path DOCKER = Path.of("..", "docker");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

    /** What of a query is no metric: texts, label matchers, ranges, lists of labels, numbers. */
    private static final Pattern ELSE = Pattern.compile(
            "\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(by|without|on|ignoring)\\s*\\([^)]*\\)" + "|\\b[0-9][0-9.e]*\\b");

    private static final Pattern NAME = Pattern.compile("[A-Za-z_:][A-Za-z0-9_:]*(?!\\w*\\s*\\()");

    private MetricQueries() {}

    static List<String> all() throws IOException {
        List<String> queries = new ArrayList<>();
        try (Stream<Path> dashboards = Files.list(DOCKER.resolve("grafana/dashboards"))) {
            for (Path dashboard : dashboards.toList()) {
                JsonMapper.shared()
                        .readTree(dashboard.toFile())
                        .findValues("expr")
                        .forEach(query -> queries.add(query.asString()));
            }
        }
        Object rules = new Yaml().load(Files.readString(DOCKER.resolve("prometheus/alerts.yml")));
        JsonNode document = JsonMapper.shared().valueToTree(rules);
        document.findValues("expr").forEach(query -> queries.add(query.asString()));
        return queries;
    }

    /** The names of the metrics that a query asks for. */
    static Set<String> metricsOf(String query) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(ELSE.matcher(query).replaceAll(" "));
        while (matcher.find()) {
            if (!WORDS.contains(matcher.group())) {
                names.add(matcher.group());
            }
        }
        return names;
    }
}
