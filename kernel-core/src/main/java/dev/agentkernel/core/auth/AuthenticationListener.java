package dev.agentkernel.core.auth;

/** Counts what authentication does; called on request threads, must be quick and must not throw. */
public interface AuthenticationListener {

    /** Does nothing. */
    AuthenticationListener NONE = new AuthenticationListener() {
        @Override
        public void hit(long tookNanos) {}

        @Override
        public void missed(long tookNanos) {}

        @Override
        public void refused() {}
    };

    /**
     * The cache knew the token, or knew that nobody has it.
     *
     * @param tookNanos what the answer took this process
     */
    void hit(long tookNanos);

    /**
     * The storage had to be asked.
     *
     * @param tookNanos what it took this process to find that out
     */
    void missed(long tookNanos);

    /** The caller got a 401. */
    void refused();
}
