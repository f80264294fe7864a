package dev.agentkernel.app.contract;

import java.util.Set;

/**
 * An operation of the document as whoever attacks it sees it.
 *
 * @param template the path, with its parameters in braces
 * @param schemes names of the security schemes of which one is enough; none where everybody may call
 */
public record Route(String method, String template, Set<String> schemes) {}
