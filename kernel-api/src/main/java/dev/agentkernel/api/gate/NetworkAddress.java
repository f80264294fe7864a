package dev.agentkernel.api.gate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Reads IP addresses written as such, and never asks a name server. */
final class NetworkAddress {

    /** An IPv4 address mapped into IPv6, with all its digits; a zone comes on top and is cut off. */
    private static final int CHARACTERS_MAX = 64;

    private NetworkAddress() {}

    /** The address that a text stands for; empty if it is none. An IPv4 address mapped into IPv6 comes out as IPv4. */
    static Optional<InetAddress> parse(String text) {
        if (text.length() > CHARACTERS_MAX) {
            return Optional.empty();
        }
        String literal = withoutZone(text);
        boolean isLiteral = literal.indexOf(':') >= 0 ? hasOnlyIpv6Characters(literal) : isIpv4(literal);
        if (!isLiteral) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(literal));
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    private static String withoutZone(String text) {
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static boolean hasOnlyIpv6Characters(String literal) {
        return literal.chars()
                .allMatch(c ->
                        c == ':' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F');
    }

    /** Four decimal octets without leading zeros, which others read as octal. */
    private static boolean isIpv4(String literal) {
        String[] octets = literal.split("\\.", -1);
        if (octets.length != 4) {
            return false;
        }
        for (String octet : octets) {
            boolean digits =
                    !octet.isEmpty() && octet.length() <= 3 && octet.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || Integer.parseInt(octet) > 255 || (octet.length() > 1 && octet.charAt(0) == '0')) {
                return false;
            }
        }
        return true;
    }
}
