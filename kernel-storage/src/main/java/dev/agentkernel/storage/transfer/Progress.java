package dev.agentkernel.storage.transfer;

/** Learns how far a long command is; called by one thread. */
public interface Progress {

    /** For whoever does not care. */
    Progress NONE = new Progress() {

        @Override
        public void begin(String what, long total) {}

        @Override
        public void advance(long count) {}
    };

    /**
     * The next part begins; the one before is complete.
     *
     * @param what the part, as in "messages"
     * @param total how many rows, events or bytes it has, as far as is known
     */
    void begin(String what, long total);

    /** So many more are done. */
    void advance(long count);
}
