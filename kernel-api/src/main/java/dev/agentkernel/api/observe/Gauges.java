package dev.agentkernel.api.observe;

import java.util.Map;

/** What the kernel measures of itself at present, for people to watch. */
@FunctionalInterface
public interface Gauges {

    /** Values by name, in base units unless the name ends otherwise; a name is missing while there is nothing to tell. Quick. */
    Map<String, Double> read();
}
