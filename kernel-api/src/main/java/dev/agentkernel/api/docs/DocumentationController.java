package dev.agentkernel.api.docs;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Serves {@code /docs} with the schema of the agents' frames, {@code /openapi.yaml} and {@code /openapi.json}: to everybody, from memory, with an entity tag.
 *
 * <p>The page may load nothing but its own files and run no inline script, whatever the document says.
 */
@RestController
public class DocumentationController {

    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
    private static final MediaType CSS = new MediaType("text", "css", StandardCharsets.UTF_8);
    private static final MediaType JAVASCRIPT = new MediaType("text", "javascript", StandardCharsets.UTF_8);
    private static final MediaType SVG = MediaType.parseMediaType("image/svg+xml");

    private final OpenApiDocument document = OpenApiDocument.load();
    private final DocumentationFile page = asset(HTML, "index.html");
    private final Map<String, DocumentationFile> assets = Map.of(
            "page.css", asset(CSS, "page.css"),
            "page.js", asset(JAVASCRIPT, "page.js"),
            "elements.js", asset(JAVASCRIPT, "elements.js"),
            "prose.js", asset(JAVASCRIPT, "prose.js"),
            "document.js", asset(JAVASCRIPT, "document.js"),
            "schema.js", asset(JAVASCRIPT, "schema.js"),
            "operation.js", asset(JAVASCRIPT, "operation.js"),
            "navigation.js", asset(JAVASCRIPT, "navigation.js"),
            "icon.svg", asset(SVG, "icon.svg"),
            "agent-socket.schema.json", asset(MediaType.APPLICATION_JSON, "agent-socket.schema.json"));

    @GetMapping({"/docs", "/docs/"})
    ResponseEntity<byte[]> page() {
        return answer(page);
    }

    @GetMapping("/docs/{name}")
    ResponseEntity<byte[]> asset(@PathVariable String name) throws NoResourceFoundException {
        DocumentationFile asset = assets.get(name);
        if (asset == null) {
            // The same as for any unknown path, so that the answer is the service's one form of an error.
            throw new NoResourceFoundException(HttpMethod.GET, "/docs/" + name, name);
        }
        return answer(asset);
    }

    @GetMapping("/openapi.yaml")
    ResponseEntity<byte[]> yaml() {
        return answer(document.yaml());
    }

    @GetMapping("/openapi.json")
    ResponseEntity<byte[]> json() {
        return answer(document.json());
    }

    /** Spring turns this into 304 when the client already has this entity tag. */
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

    private static DocumentationFile asset(MediaType type, String name) {
        return DocumentationFile.read(type, "/documentation/" + name);
    }
}
