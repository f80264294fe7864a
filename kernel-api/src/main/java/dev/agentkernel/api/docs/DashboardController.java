package dev.agentkernel.api.docs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Serves the pages for people at {@code /}: to everybody, since they hold no data; what they show they ask of {@code /observe}. They
 * may load nothing but their own files and run no inline script, whatever agents say.
 */
@RestController
class DashboardController {

    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private static final String[] FILES = {
        "page.css",
        "icon.svg",
        "page.js",
        "elements.js",
        "api.js",
        "live.js",
        "repeat.js",
        "names.js",
        "chart.js",
        "list.js",
        "overview.js",
        "events.js",
        "event.js",
        "agents.js",
        "agent.js",
        "network.js",
        "clusters.js",
        "state.js",
        "tree.js",
        "transparency.js",
        "chain.js",
    };

    private final DocumentationFile page = file("index.html");
    private final Map<String, DocumentationFile> files =
            Arrays.stream(FILES).collect(Collectors.toUnmodifiableMap(Function.identity(), DashboardController::file));

    @GetMapping("/")
    ResponseEntity<byte[]> page() {
        return answer(page);
    }

    @GetMapping("/dashboard/{name}")
    ResponseEntity<byte[]> asset(@PathVariable("name") String name) throws NoResourceFoundException {
        DocumentationFile found = files.get(name);
        if (found == null) {
            throw new NoResourceFoundException(HttpMethod.GET, "/dashboard/" + name, name);
        }
        return answer(found);
    }

    private static ResponseEntity<byte[]> answer(DocumentationFile file) {
        return ResponseEntity.ok()
                .contentType(file.type())
                .eTag(file.entityTag())
                .cacheControl(CacheControl.noCache())
                .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .body(file.content().unsafeArray());
    }

    private static DocumentationFile file(String name) {
        return DocumentationFile.read(typeOf(name), "/dashboard/" + name);
    }

    private static MediaType typeOf(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
            case "css" -> new MediaType("text", "css", StandardCharsets.UTF_8);
            case "svg" -> MediaType.parseMediaType("image/svg+xml");
            default -> new MediaType("text", "javascript", StandardCharsets.UTF_8);
        };
    }
}
