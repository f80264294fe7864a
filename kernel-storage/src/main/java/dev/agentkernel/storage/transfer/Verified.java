package dev.agentkernel.storage.transfer;

import dev.agentkernel.core.removal.TransparencyAudit;
import dev.agentkernel.storage.transfer.TransferException.Reason;

/**
 * What was found to be what was written.
 *
 * @param records of the event log, held against their checksums; 0 where the database does that
 * @param removals entries of the transparency log, each held against the one before it and against the event log
 */
public record Verified(long records, long removals) {

    /**
     * What was found, if it is sound.
     *
     * @throws TransferException if the transparency log is not what was written; the message names the entry
     */
    public static Verified of(long records, TransparencyAudit.Finding finding) {
        if (finding.fault() != null) {
            throw new TransferException(Reason.DAMAGED, finding.fault());
        }
        return new Verified(records, finding.entries());
    }
}
