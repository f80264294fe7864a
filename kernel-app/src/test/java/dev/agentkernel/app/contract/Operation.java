package dev.agentkernel.app.contract;

import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the document.
 *
 * @param responses pointers to the response objects, by status
 * @param requestSchema pointer to the schema of the JSON body, if there may be one
 * @param rateCategory the category of its rate limit, if it is limited
 * @param secured whether a token may be missing or wrong
 * @param schemes the security schemes of which one is enough; none for whoever may call without
 * @param anonymous whether it may be called without a token, as the installation wants
 */
record Operation(
        String id,
        String method,
        PathTemplate path,
        SortedMap<Integer, String> responses,
        @Nullable String requestSchema,
        @Nullable String rateCategory,
        boolean secured,
        Set<String> schemes,
        boolean anonymous) {}
