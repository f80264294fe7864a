package dev.agentkernel.webhooks;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses from literals, for tests. */
final class Addresses {

    private Addresses() {}

    /** The address of this IPv4 or IPv6 literal; an IPv4-mapped one comes out as the IPv4 address within. */
    static InetAddress of(String literal) {
        try {
            return InetAddress.getByName(literal.contains(":") ? "[" + literal + "]" : literal);
        } catch (UnknownHostException notALiteral) {
            throw new IllegalArgumentException(literal, notALiteral);
        }
    }

    /** A true IPv6 address of these bytes, also where the JDK would rather make an IPv4 address of them. */
    static InetAddress ipv6OfBytes(byte[] bytes) {
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException(wrongLength);
        }
    }
}
