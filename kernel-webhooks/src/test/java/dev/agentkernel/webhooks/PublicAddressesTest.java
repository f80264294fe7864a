package dev.agentkernel.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

    /** Each block by its first and last address, and whether the addresses just outside are public. */
    @ParameterizedTest(name = "{0}: {1} to {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "this network           | 0.0.0.0         | 0.255.255.255   |                 | 1.0.0.0",
                "private 10             | 10.0.0.0        | 10.255.255.255  | 9.255.255.255   | 11.0.0.0",
                "carrier-grade NAT      | 100.64.0.0      | 100.127.255.255 | 100.63.255.255  | 100.128.0.0",
                "loopback               | 127.0.0.0       | 127.255.255.255 | 126.255.255.255 | 128.0.0.0",
                "Azure platform         | 168.63.129.16   | 168.63.129.16   | 168.63.129.15   | 168.63.129.17",
                "link-local             | 169.254.0.0     | 169.254.255.255 | 169.253.255.255 | 169.255.0.0",
                "private 172.16         | 172.16.0.0      | 172.31.255.255  | 172.15.255.255  | 172.32.0.0",
                "protocol assignments   | 192.0.0.0       | 192.0.0.255     | 191.255.255.255 | 192.0.1.0",
                "documentation 1        | 192.0.2.0       | 192.0.2.255     | 192.0.1.255     | 192.0.3.0",
                "6to4 relays            | 192.88.99.0     | 192.88.99.255   | 192.88.98.255   | 192.88.100.0",
                "private 192.168        | 192.168.0.0     | 192.168.255.255 | 192.167.255.255 | 192.169.0.0",
                "benchmarking           | 198.18.0.0      | 198.19.255.255  | 198.17.255.255  | 198.20.0.0",
                "documentation 2        | 198.51.100.0    | 198.51.100.255  | 198.51.99.255   | 198.51.101.0",
                "documentation 3        | 203.0.113.0     | 203.0.113.255   | 203.0.112.255   | 203.0.114.0",
                "multicast to broadcast | 224.0.0.0       | 255.255.255.255 | 223.255.255.255 |",
                "below global unicast   | ::              | 1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff | | 2000::",
                "protocols, Teredo, ORCHID | 2001::       | 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff | "
                        + "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff | 2001:200::",
                "documentation 4        | 2001:db8::      | 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff | "
                        + "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff | 2001:db9::",
                "6to4                   | 2002::          | 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff | "
                        + "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff | 2003::",
                "documentation 5        | 3fff::          | 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff | "
                        + "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff | 3fff:1000::",
                "above global unicast   | 4000::          | ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff | "
                        + "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff |",
            })
    void refusesEachBlockToItsEdges(String block, String first, String last, String before, String after) {
        assertThat(PublicAddresses.isPublic(Addresses.of(first))).as(first).isFalse();
        assertThat(PublicAddresses.isPublic(Addresses.of(last))).as(last).isFalse();
        if (before != null) {
            assertThat(PublicAddresses.isPublic(Addresses.of(before)))
                    .as(before)
                    .isTrue();
        }
        if (after != null) {
            assertThat(PublicAddresses.isPublic(Addresses.of(after))).as(after).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "169.254.169.254",
                "169.254.170.2",
                "100.100.100.200",
                "192.0.0.192",
                "255.255.255.255",
                "239.255.255.250",
                "::1",
                "::",
                "::7f00:1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "64:ff9b::a00:1",
                "64:ff9b::808:808",
                "64:ff9b:1::a9fe:a9fe",
                "100::1",
                "100:0:0:1::1",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:30::1",
                "2002:7f00:1::1",
                "2002:a9fe:a9fe::1",
                "5f00::1",
            })
    void refusesWellKnownTargets(String address) {
        assertThat(PublicAddresses.isPublic(Addresses.of(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "93.184.215.14",
                "172.64.0.1",
                "2606:4700::1111",
                "2a00:1450:4001:80b::200e"
            })
    void allowsPublicServers(String address) {
        assertThat(PublicAddresses.isPublic(Addresses.of(address))).isTrue();
    }

    /** A resolver may hand such addresses over as IPv6, which the JDK's own parser never does. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "169.254.169.254", "8.8.8.8"})
    void refusesIpv4AddressesInIpv6Clothing(String ipv4) {
        byte[] bytes = Addresses.of(ipv4).getAddress();
        for (boolean mapped : new boolean[] {true, false}) {
            byte[] wrapped = new byte[16];
            System.arraycopy(bytes, 0, wrapped, 12, 4);
            if (mapped) {
                wrapped[10] = (byte) 0xff;
                wrapped[11] = (byte) 0xff;
            }
            InetAddress address = Addresses.ipv6OfBytes(wrapped);
            assertThat(address).isInstanceOf(Inet6Address.class);
            assertThat(PublicAddresses.isPublic(address)).as(address.toString()).isFalse();
        }
    }
}
