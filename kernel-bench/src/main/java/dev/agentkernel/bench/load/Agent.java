package dev.agentkernel.bench.load;

/**
 * A registered agent.
 *
 * @param address its permanent address
 * @param token its bearer token
 */
public record Agent(String address, String token) {
    /** Returns the address alone: a token belongs in no report. */
    @Override
    public String toString() {
        return address;
    }
}
