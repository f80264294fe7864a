package dev.agentkernel.bench.load;

/**
 * A round against the kernel and the round against the bare server that followed it at once.
 *
 * @param kernel the measured round
 * @param baseline the round it is compared with
 */
public record RoundPair(Round kernel, Round baseline) {
    /** Returns the kernel's throughput as a part of the bare server's. */
    public double ratio() {
        return kernel.load().perSecond() / baseline.load().perSecond();
    }
}
