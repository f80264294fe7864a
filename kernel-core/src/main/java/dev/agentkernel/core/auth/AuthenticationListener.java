package dev.agentkernel.core.auth;

/** Counts what authentication does; called on request threads, must be quick and must not throw. */
public interface AuthenticationListener {

    /** Does nothing. */
    AuthenticationListener NONE = new AuthenticationListener() {
        @Override
        public void hit() {}

        @Override
        public void missed() {}

        @Override
        public void refused() {}
    };

    /** The cache knew the token, or knew that nobody has it. */
    void hit();

    /** The storage had to be asked. */
    void missed();

    /** The caller got a 401. */
    void refused();
}
