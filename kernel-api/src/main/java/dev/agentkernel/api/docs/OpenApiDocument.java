package dev.agentkernel.api.docs;

import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/**
 * The OpenAPI document in both of its forms, which always say the same: the YAML is the source as it stands in this
 * module, the JSON is made from it once.
 */
record OpenApiDocument(DocumentationFile yaml, DocumentationFile json) {

    static final String RESOURCE = "/openapi/agent-kernel.yaml";

    static OpenApiDocument load() {
        DocumentationFile yaml = DocumentationFile.read(MediaType.parseMediaType("application/yaml"), RESOURCE);
        return new OpenApiDocument(
                yaml,
                DocumentationFile.of(
                        MediaType.APPLICATION_JSON, toJson(yaml.content().unsafeArray())));
    }

    private static byte[] toJson(byte[] yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Object tree = new Yaml(new SafeConstructor(options)).load(new String(yaml, StandardCharsets.UTF_8));
        return JsonMapper.builder().build().writeValueAsBytes(tree);
    }
}
