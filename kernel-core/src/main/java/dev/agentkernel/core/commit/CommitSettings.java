package dev.agentkernel.core.commit;

/**
 * The bounds of the write path.
 *
 * @param gatheredMax most mutations that may wait for a batch; the next is refused
 * @param gatheredBytesMax most content bytes that may wait
 * @param batchMax most mutations in one batch
 * @param batchBytesMax content bytes at which a batch is closed
 * @param notesMax most records of reads that may wait
 */
public record CommitSettings(int gatheredMax, long gatheredBytesMax, int batchMax, long batchBytesMax, int notesMax) {

    /** Fits a heap of 256 MiB. */
    public static final CommitSettings DEFAULT = new CommitSettings(10_000, 32L << 20, 512, 4L << 20, 50_000);

    public CommitSettings {
        if (gatheredMax < 1 || gatheredBytesMax < 1 || batchMax < 1 || batchBytesMax < 1 || notesMax < 1) {
            throw new IllegalArgumentException("every bound of the write path must be at least 1");
        }
    }
}
