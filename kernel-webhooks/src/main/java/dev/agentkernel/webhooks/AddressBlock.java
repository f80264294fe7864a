package dev.agentkernel.webhooks;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A range of IP addresses that begin with the same bits. */
final class AddressBlock {

    private final byte[] first;
    private final int prefixBits;

    AddressBlock(byte[] first, int prefixBits) {
        if (prefixBits < 0 || prefixBits > first.length * Byte.SIZE) {
            throw new IllegalArgumentException("An address of %d bytes has no prefix of %d bits, only 0 to %d"
                    .formatted(first.length, prefixBits, first.length * Byte.SIZE));
        }
        this.first = first;
        this.prefixBits = prefixBits;
    }

    /** The block in CIDR notation. Never asks a name server: what is no literal is an error. */
    static AddressBlock of(String cidr) {
        int slash = cidr.indexOf('/');
        String literal = cidr.substring(0, slash);
        try {
            // Brackets make the JDK refuse what is not an IPv6 literal; four numbers with dots are never looked up.
            InetAddress first = InetAddress.getByName(literal.contains(":") ? "[" + literal + "]" : literal);
            return new AddressBlock(first.getAddress(), Integer.parseInt(cidr.substring(slash + 1)));
        } catch (UnknownHostException | IllegalArgumentException malformed) {
            throw new IllegalStateException("Not an address block in CIDR notation: " + cidr, malformed);
        }
    }

    /** Whether the address of these bytes lies in the block; one of the other IP version never does. */
    boolean contains(byte[] address) {
        if (address.length != first.length) {
            return false;
        }
        int wholeBytes = prefixBits / Byte.SIZE;
        for (int index = 0; index < wholeBytes; index++) {
            if (address[index] != first[index]) {
                return false;
            }
        }
        int remainingBits = prefixBits % Byte.SIZE;
        return remainingBits == 0
                || (address[wholeBytes] & 0xff) >> (Byte.SIZE - remainingBits)
                        == (first[wholeBytes] & 0xff) >> (Byte.SIZE - remainingBits);
    }
}
