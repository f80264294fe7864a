package dev.agentkernel.core.commit;

import dev.agentkernel.core.events.LogRecord;
import java.util.List;
import java.util.function.Function;

/**
 * What a mutation decided: the records that will be the change, and the answer once they have their place in history.
 *
 * @param records in order; empty when the answer changes nothing (a retry that was answered before)
 * @param answer made from the stamp of the decision's own records, after the commit
 */
public record Decision<R>(List<LogRecord> records, Function<Stamp, R> answer) {

    /** A decision of one record. */
    public static <R> Decision<R> of(LogRecord record, Function<Stamp, R> answer) {
        return new Decision<>(List.of(record), answer);
    }

    /** A decision that changes nothing. */
    public static <R> Decision<R> unchanged(Function<Stamp, R> answer) {
        return new Decision<>(List.of(), answer);
    }
}
