package dev.agentkernel.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBlockTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,      10.0.0.0,     true",
        "10.0.0.0/8,      11.0.0.0,     false",
        "172.16.0.0/12,   172.31.255.9, true",
        "172.16.0.0/12,   172.32.0.0,   false",
        "198.18.0.0/15,   198.19.0.1,   true",
        "198.18.0.0/15,   198.20.0.1,   false",
        "192.0.2.7/32,    192.0.2.7,    true",
        "192.0.2.7/32,    192.0.2.6,    false",
        "0.0.0.0/0,       255.1.2.3,    true",
        "2000::/3,        3fff:ffff::,  true",
        "2000::/3,        4000::,       false",
        "64:ff9b::/96,    64:ff9b::1,   true",
        "64:ff9b::/96,    64:ff9b:0:0:0:1::, false",
        "::/0,            10.0.0.1,     false",
        "0.0.0.0/0,       2001:db8::1,  false",
    })
    void containsWhatSharesThePrefix(String cidr, String address, boolean contained) {
        assertThat(AddressBlock.of(cidr).contains(Addresses.of(address).getAddress()))
                .isEqualTo(contained);
    }

    @RepeatedTest(200)
    void agreesWithArithmeticOnRandomBlocks(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        byte[] first = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(first);
        int bits = first.length * 8;
        int prefixBits = random.nextInt(bits + 1);
        // Flipping one bit leaves the block exactly if the bit belongs to the prefix.
        int flipped = random.nextInt(bits);
        byte[] neighbour = new BigInteger(1, first).flipBit(bits - 1 - flipped).toByteArray();
        byte[] address = new byte[first.length];
        int copied = Math.min(neighbour.length, address.length);
        System.arraycopy(neighbour, neighbour.length - copied, address, address.length - copied, copied);

        assertThat(new AddressBlock(first, prefixBits).contains(address))
                .as("prefix of %d bits, bit %d flipped", prefixBits, flipped)
                .isEqualTo(flipped >= prefixBits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::zz/8", "10.0.0.0/33", "2000::/129", "10.0.0.0/-1"})
    void refusesWhatIsNoBlock(String cidr) {
        assertThatThrownBy(() -> AddressBlock.of(cidr))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(cidr);
    }

    @Test
    void doesNotContainAnAddressOfTheOtherVersion() {
        assertThat(AddressBlock.of("0.0.0.0/0").contains(new byte[16])).isFalse();
    }
}
