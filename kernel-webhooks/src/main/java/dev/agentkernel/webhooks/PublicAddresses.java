package dev.agentkernel.webhooks;

import java.net.InetAddress;
import java.util.List;

/**
 * Tells public addresses from those that a stranger must not make the kernel call.
 *
 * <p>The blocks are those of the IANA registries of special-purpose addresses for
 * <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4</a> and
 * <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6</a> (RFC 6890 and its successors), the multicast
 * spaces, and one address that a cloud provider serves to its guests. A block counts as not public as a whole, also where the
 * registry knows single reachable addresses within it: those are for protocols, not for web servers.
 */
public final class PublicAddresses {

    /** The only space that IANA hands out for global unicast (RFC 4291, section 2.4). */
    private static final AddressBlock IPV6_GLOBAL_UNICAST = AddressBlock.of("2000::/3");

    private static final List<AddressBlock> NOT_PUBLIC = List.of(
            AddressBlock.of("0.0.0.0/8"), // this network, RFC 791
            AddressBlock.of("10.0.0.0/8"), // private use, RFC 1918
            AddressBlock.of("100.64.0.0/10"), // shared by carrier-grade NAT, RFC 6598
            AddressBlock.of("127.0.0.0/8"), // loopback, RFC 1122
            AddressBlock.of("168.63.129.16/32"), // the platform service that Azure shows each of its guests
            AddressBlock.of("169.254.0.0/16"), // link-local, RFC 3927; the metadata services of most clouds
            AddressBlock.of("172.16.0.0/12"), // private use, RFC 1918
            AddressBlock.of("192.0.0.0/24"), // protocol assignments, RFC 6890
            AddressBlock.of("192.0.2.0/24"), // documentation, RFC 5737
            AddressBlock.of("192.88.99.0/24"), // 6to4 relays, deprecated, RFC 7526
            AddressBlock.of("192.168.0.0/16"), // private use, RFC 1918
            AddressBlock.of("198.18.0.0/15"), // benchmarking, RFC 2544
            AddressBlock.of("198.51.100.0/24"), // documentation, RFC 5737
            AddressBlock.of("203.0.113.0/24"), // documentation, RFC 5737
            AddressBlock.of("224.0.0.0/4"), // multicast, RFC 5771
            AddressBlock.of("240.0.0.0/4"), // reserved and broadcast, RFC 1112 and RFC 919
            AddressBlock.of("2001::/23"), // protocol assignments with Teredo and both ORCHIDs, RFC 2928
            AddressBlock.of("2001:db8::/32"), // documentation, RFC 3849
            AddressBlock.of("2002::/16"), // 6to4, which embeds any IPv4 address, RFC 3056
            AddressBlock.of("3fff::/20")); // documentation, RFC 9637

    private PublicAddresses() {}

    /**
     * Whether this address is a public unicast one. An IPv6 address outside {@code 2000::/3} never is: loopback, link-local,
     * site-local, unique local, multicast, discard-only, IPv4-mapped, IPv4-compatible and NAT64 addresses all lie outside.
     */
    public static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean ipv6 = bytes.length == 16;
        return (!ipv6 || IPV6_GLOBAL_UNICAST.contains(bytes))
                && NOT_PUBLIC.stream().noneMatch(block -> block.contains(bytes));
    }
}
