package dev.agentkernel.core.state;

/**
 * The limits of the shared state.
 *
 * @param keyBytesMax most bytes of a key, in UTF-8
 * @param valueBytesMax most bytes of a value, in UTF-8
 * @param capacityBytes most bytes of all keys and values together
 */
public record StateSettings(int keyBytesMax, int valueBytesMax, long capacityBytes) {

    public static final StateSettings DEFAULT = new StateSettings(1_024, 1 << 20, 1L << 30);
}
