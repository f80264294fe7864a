package dev.agentkernel.webhooks;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * The host of a webhook URL in the one spelling that everybody reads alike. What browsers, resolvers and HTTP clients read
 * differently (numbers in octal, hexadecimal or one piece, a dot at the end, zones) has no place in a webhook URL.
 */
sealed interface WebhookHost {

    /** An IPv4 address of four decimal numbers, or an IPv6 address in brackets. */
    record Literal(InetAddress address) implements WebhookHost {}

    /** A host name in lower case. */
    record Name(String name) implements WebhookHost {}

    /** Neither. The reason is a sentence for the client. */
    record Malformed(String reason) implements WebhookHost {}

    /** The longest name that DNS can carry, in characters (RFC 1035). */
    int NAME_CHARACTERS_MAX = 253;

    Pattern DECIMAL_BYTE = Pattern.compile("0|[1-9][0-9]{0,2}");
    Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** Reads the host as {@link java.net.URI#getHost()} gives it, in lower case. */
    static WebhookHost of(String host) {
        if (host.startsWith("[")) {
            return ofIpv6(host);
        }
        String[] labels = host.split("\\.", -1);
        // The rule of the URL standard: a host whose last label is a number is an IPv4 address or nothing.
        if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
            return ofIpv4(labels);
        }
        return ofName(host, labels);
    }

    private static WebhookHost ofIpv6(String host) {
        if (host.contains("%")) {
            return new Malformed("The host of the webhook URL is an IPv6 address with a zone; leave the zone out.");
        }
        if (host.contains(".")) {
            return new Malformed("The host of the webhook URL is an IPv6 address that embeds an IPv4 address; "
                    + "write the IPv4 address alone.");
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            // The JDK turns an IPv4-mapped address into the IPv4 address within.
            return address.getAddress().length == 16
                    ? new Literal(address)
                    : new Malformed("The host of the webhook URL is an IPv4-mapped IPv6 address; "
                            + "write the IPv4 address alone.");
        } catch (UnknownHostException notAnAddress) {
            return new Malformed("The host of the webhook URL is not a valid IPv6 address.");
        }
    }

    private static WebhookHost ofIpv4(String[] labels) {
        WebhookHost malformed =
                new Malformed("The host of the webhook URL ends in a number but is not an IPv4 address; "
                        + "write such an address as four decimal numbers from 0 to 255 without leading zeros.");
        if (labels.length != 4) {
            return malformed;
        }
        byte[] bytes = new byte[4];
        for (int index = 0; index < 4; index++) {
            if (!DECIMAL_BYTE.matcher(labels[index]).matches() || Integer.parseInt(labels[index]) > 255) {
                return malformed;
            }
            bytes[index] = (byte) Integer.parseInt(labels[index]);
        }
        try {
            return new Literal(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("Four bytes are an IPv4 address", impossible);
        }
    }

    private static WebhookHost ofName(String host, String[] labels) {
        if (host.endsWith(".")) {
            return new Malformed("The host of the webhook URL ends in a dot; leave the dot out.");
        }
        if (host.length() > NAME_CHARACTERS_MAX) {
            return new Malformed("The host of the webhook URL has %d characters; a host name has at most %d."
                    .formatted(host.length(), NAME_CHARACTERS_MAX));
        }
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return new Malformed(
                        "The host of the webhook URL is not a valid host name: between its dots stand 1 to 63 "
                                + "letters a to z, digits and hyphens, with no hyphen at either end.");
            }
        }
        return new Name(host);
    }
}
