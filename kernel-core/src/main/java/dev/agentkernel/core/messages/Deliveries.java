package dev.agentkernel.core.messages;

import java.util.List;

/**
 * Messages in their holder's hands.
 *
 * @param deliveries oldest first
 * @param remaining how many more wait
 */
public record Deliveries(List<Delivery> deliveries, long remaining) {

    static final Deliveries NONE = new Deliveries(List.of(), 0);
}
