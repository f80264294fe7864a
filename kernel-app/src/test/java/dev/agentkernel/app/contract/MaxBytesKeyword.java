package dev.agentkernel.app.contract;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.AbstractKeyword;
import com.networknt.schema.keyword.AbstractKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** {@code x-max-bytes}: the most bytes of UTF-8 that a string may have. {@code maxLength} counts characters. */
final class MaxBytesKeyword extends AbstractKeyword {

    MaxBytesKeyword() {
        super("x-max-bytes");
    }

    @Override
    public KeywordValidator newValidator(
            SchemaLocation location, JsonNode limit, Schema parent, SchemaContext context) {
        return new MaxBytesValidator(this, limit, location);
    }

    private static final class MaxBytesValidator extends AbstractKeywordValidator {

        MaxBytesValidator(Keyword keyword, JsonNode limit, SchemaLocation location) {
            super(keyword, limit, location);
        }

        @Override
        public void validate(ExecutionContext execution, JsonNode value, JsonNode root, NodePath location) {
            int bytes = value.isString() ? value.asString().getBytes(StandardCharsets.UTF_8).length : 0;
            if (bytes > getSchemaNode().asInt()) {
                execution.addError(Error.builder()
                        .keyword(getKeyword())
                        .messageKey(getKeyword())
                        .message("has " + bytes + " bytes, more than "
                                + getSchemaNode().asInt())
                        .instanceLocation(location)
                        .schemaLocation(getSchemaLocation())
                        .evaluationPath(execution.getEvaluationPath())
                        .build());
            }
        }
    }
}
