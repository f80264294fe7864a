package dev.agentkernel.api.gate;

import dev.agentkernel.core.ByteString;
import java.net.InetAddress;
import java.util.List;

/** The proxies whose word on the client's address counts. */
public final class TrustedProxies {

    private final List<Range> ranges;

    private TrustedProxies(List<Range> ranges) {
        this.ranges = ranges;
    }

    /**
     * Reads the setting {@code kernel.trusted-proxies}.
     *
     * @param ranges addresses ({@code 10.0.0.7}, {@code ::1}) or networks ({@code 10.0.0.0/8}, {@code fd00::/8})
     * @throws IllegalArgumentException with a sentence, if one of them is neither
     */
    public static TrustedProxies of(List<String> ranges) {
        return new TrustedProxies(ranges.stream().map(Range::parse).toList());
    }

    boolean contains(InetAddress address) {
        for (Range range : ranges) {
            if (range.contains(address.getAddress())) {
                return true;
            }
        }
        return false;
    }

    /** The addresses that begin with some bits. */
    private record Range(ByteString network, int bits) {

        static Range parse(String text) {
            int slash = text.indexOf('/');
            byte[] network = NetworkAddress.parse(slash < 0 ? text : text.substring(0, slash))
                    .orElseThrow(() -> malformed(text))
                    .getAddress();
            int all = network.length * Byte.SIZE;
            int bits = slash < 0 ? all : number(text.substring(slash + 1), text);
            if (bits < 0 || bits > all) {
                throw malformed(text);
            }
            return new Range(ByteString.wrap(network), bits);
        }

        private static int number(String digits, String text) {
            try {
                return Integer.parseInt(digits);
            } catch (NumberFormatException none) {
                throw malformed(text);
            }
        }

        private static IllegalArgumentException malformed(String text) {
            return new IllegalArgumentException("kernel.trusted-proxies has '" + text
                    + "', which is neither an IP address nor a network such as 10.0.0.0/8 or fd00::/8");
        }

        boolean contains(byte[] address) {
            if (address.length != network.size()) {
                return false;
            }
            byte[] wanted = network.unsafeArray();
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % Byte.SIZE;
                if (((address[bit / Byte.SIZE] ^ wanted[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
