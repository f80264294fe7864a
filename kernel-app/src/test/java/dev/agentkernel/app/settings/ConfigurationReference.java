package dev.agentkernel.app.settings;

import dev.agentkernel.app.cli.ExitStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The reference page of the configuration, made from the metadata of the compiler and the ranges in the code. */
final class ConfigurationReference {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private ConfigurationReference() {}

    /** One property of the metadata. */
    private record Documented(String name, String defaultValue, String description) {}

    static String page() throws IOException {
        return """
                # Configuration

                <!-- Generated from the code by ConfigurationReferenceTest, which also says how to write it anew. -->

                Every property can be given as an argument (`--kernel.data-dir=/srv/kernel`), as a variable of the environment
                (`KERNEL_DATADIR=/srv/kernel`: upper case, dots become underscores, hyphens are left out), or in a file
                `application.properties` in the working directory or its folder `config`. A property that does not exist, or a
                value that is not allowed, stops the start with one sentence that says so.

                Sizes are plain bytes or have a unit (`512KB`, `100MB`, `10GB`; 1KB is 1024 bytes); durations have one too
                (`500ms`, `30s`, `5m`, `2h`).

                ## Properties of the kernel

                | property | default | allowed | what it is |
                |---|---|---|---|
                %s

                ## Properties of Spring Boot that matter here

                | property | default | what it is |
                |---|---|---|
                | `server.address` | `127.0.0.1`; `0.0.0.0` with the profile `postgres` | Address on which agents reach the kernel; `0.0.0.0` is every address of the host. |
                | `server.port` | `8080` | Port on which agents reach the kernel. |
                | `management.server.address` | that of `server.address` | Address of health, metrics and version. |
                | `management.server.port` | `8081` | Port of health, metrics and version. |
                | `server.tomcat.max-connections` | `20000` | Connections at once; the next wait. |
                | `spring.lifecycle.timeout-per-shutdown-phase` | `20s` | How long requests that are under way may take when the process is told to end. |
                | `spring.profiles.active` | `embedded` | Where the data is: `embedded` (a directory) or `postgres`. |
                | `logging.structured.format.console` | none | `ecs`, `logstash` or `gelf` for a log of JSON objects. |

                ## Exit status

                | status | meaning |
                |---|---|
                %s
                | 143 | it was told to end (SIGTERM), and did so in good order |

                Before it ends with one of the first, the kernel says in one line on the standard error what is wrong and what can be
                done.
                """.formatted(properties(), statuses());
    }

    private static String properties() throws IOException {
        Map<String, Between> ranges = new HashMap<>();
        PropertyTree.of(KernelProperties.class)
                .forEach(leaf -> leaf.range().ifPresent(range -> ranges.put(leaf.name(), range)));
        return documented().stream()
                .map(property -> "| `%s` | %s | %s | %s |"
                        .formatted(
                                property.name(),
                                property.defaultValue().isEmpty() ? "none" : "`" + property.defaultValue() + "`",
                                Optional.ofNullable(ranges.get(property.name()))
                                        .map(PropertyRange::inWords)
                                        .orElse(""),
                                property.description()))
                .collect(Collectors.joining("\n"));
    }

    private static String statuses() {
        List<String> rows = new ArrayList<>();
        for (ExitStatus status : ExitStatus.values()) {
            rows.add("| %d | %s |".formatted(status.code(), status.meaning()));
        }
        return String.join("\n", rows);
    }

    private static List<Documented> documented() throws IOException {
        List<Documented> properties = new ArrayList<>();
        for (URL file :
                Collections.list(ConfigurationReference.class.getClassLoader().getResources(METADATA))) {
            try (InputStream content = file.openStream()) {
                for (JsonNode property : JsonMapper.shared().readTree(content).path("properties")) {
                    if (property.path("name").stringValue("").startsWith("kernel.")) {
                        properties.add(read(property));
                    }
                }
            }
        }
        return properties;
    }

    private static Documented read(JsonNode property) {
        JsonNode value = property.path("defaultValue");
        String defaultValue = value.isArray()
                ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(","))
                : value.asString("").replaceAll("[\\[\\] ]", "");
        return new Documented(
                property.path("name").stringValue(),
                defaultValue,
                property.path("description").stringValue(""));
    }
}
