package io.godwit.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of addresses, as bans, rules and listeners name them. */
class NetworkTest {

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "192.0.2.7/32, 192.0.2.7",
        "192.0.2.7/24, 192.0.2.0/24",
        "10.255.255.255/9, 10.128.0.0/9",
        "1.2.3.4/0, 0.0.0.0/0",
        "2001:DB8::1/32, 2001:db8:0:0:0:0:0:0/32",
        "::1, 0:0:0:0:0:0:0:1",
        "::1/128, 0:0:0:0:0:0:0:1",
        "::/0, 0:0:0:0:0:0:0:0/0",
        "::ffff:192.0.2.7, 192.0.2.7"
    })
    void aTextIsReadAndWritten(String text, String written) {
        assertThat(Network.parse(text)).hasToString(written);
        assertThat(Network.parse(written)).isEqualTo(Network.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''               | an address is written as
                    /                | an address is written as
                    /8               | an address is written as
                    1                | an address is written as
                    10.0.0/8         | an address is written as
                    1.2.3.4.5        | an address is written as
                    010.0.0.1        | an address is written as
                    localhost        | an address is written as
                    example.org/8    | an address is written as
                    fe80::1%eth0     | an address is written as
                    [::1]            | an address is written as
                    1.2.3.4/8/8      | an address is written as
                    1.2.3.256        | 1.2.3.256
                    :::              | :::
                    1.2.3.4/         | behind the / stands a number up to 32
                    1.2.3.4/-1       | behind the / stands a number up to 32
                    1.2.3.4/+8       | behind the / stands a number up to 32
                    1.2.3.4/8x       | behind the / stands a number up to 32
                    ::/x             | behind the / stands a number up to 128
                    1.2.3.4/33       | 1.2.3.4 has no /33: behind the / stands a number up to 32
                    ::1/129          | has no /129: behind the / stands a number up to 128
                    """)
    void whatIsNoneIsRefusedInWords(String text, String why) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "192.0.2.128/25, 192.0.2.255, true",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.168.4.0/22, 192.168.7.255, true",
        "192.168.4.0/22, 192.168.8.0, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 203.0.113.9, false",
        "192.0.2.0/24, ::ffff:192.0.2.7, true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
        "::1, ::2, false"
    })
    void anAddressIsInOrOut(String network, String address, boolean isIn) {
        assertThat(Network.parse(network).contains(address(address))).isEqualTo(isIn);
    }

    @Test
    void anInterfaceIsNoPartOfAnAddress() throws Exception {
        byte[] bytes = address("fe80::1").getAddress();
        InetAddress onSecond = Inet6Address.getByAddress(null, bytes, 2);
        assertThat(Network.parse("fe80::1").contains(onSecond)).isTrue();
        assertThat(new Network(onSecond, 128)).hasToString("fe80:0:0:0:0:0:0:1");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33})
    void aNetworkHasNoMoreBitsThanItsAddresses(int bits) {
        InetAddress address = address("192.0.2.7");
        assertThatThrownBy(() -> new Network(address, bits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("192.0.2.7 has no /" + bits);
    }

    /** Whoever has a /64 may use all its addresses. */
    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, 2001:db8::ffff:1, true",
        "2001:db8::1, 2001:db8:0:1::1, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false"
    })
    void aSiteIsAnAddressOrItsSlash64(String one, String other, boolean isSame) {
        assertThat(Network.siteOf(address(one)).equals(Network.siteOf(address(other))))
                .isEqualTo(isSame);
    }
}
