package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.codec.SnVersion;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which version a datagram is of. */
class VersionChoiceTest {

    private final VersionChoice both = new VersionChoice(EnumSet.allOf(SnVersion.class));

    private static ByteBuffer datagram(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private SnVersion of(String hex, @Nullable SnVersion before) {
        return both.of(datagram(hex), before);
    }

    @ParameterizedTest
    @EnumSource(SnVersion.class)
    void oneThatIsSpokenAloneIsAlwaysMeant(SnVersion only) {
        VersionChoice choice = new VersionChoice(Set.of(only));
        for (String hex : new String[] {"", "0a 01 00 0001 02 003c 0000", "06 04 04 01 003c"}) {
            assertThat(choice.of(datagram(hex), null)).isEqualTo(only);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "07 04 04 01 003c 63", // CONNECT
                "06 04 04 01 003c",
                "01 0009 04 04 01 003c 63",
                "05 fe 00 0a0b 02 16" // through a forwarder
            })
    void connectAndForwardersOf12CantBeMistaken(String hex) {
        assertThat(of(hex, null)).isEqualTo(SnVersion.V1_2);
        assertThat(of(hex, SnVersion.V2_0)).isEqualTo(SnVersion.V1_2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0b 01 01 0009 02 003c 0000 63", // CONNECT
                "0a 01 01 0009 03 003c 0000", // of a later version
                "01 000d 01 01 0009 02 003c 0000 63",
                "09 fc 02 6e31 04 0c 0009", // through a forwarder
                "09 fe 0001 63 04 0c 0009", // of a client elsewhere
                "01 000b fe 0001 63 04 0c 0009",
                "04 ff 10 00" // protected
            })
    void connectAndWhatIsAroundOthersOf20CantBeMistaken(String hex) {
        assertThat(of(hex, null)).isEqualTo(SnVersion.V2_0);
        assertThat(of(hex, SnVersion.V1_2)).isEqualTo(SnVersion.V2_0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "02 16", // PINGREQ and ADVERTISE
                "04 0c 0009", // PUBLISH, and PINGREQ
                "08 12 20 0009 612f23", // SUBSCRIBE and PUBWOS
                "05 04 0009 00", // PUBACK, and CONNECT
                "03 01 00" // SEARCHGW, and CONNECT
            })
    void otherwiseItIsThatOfTheClientThere(String hex) {
        for (SnVersion before : SnVersion.values()) {
            assertThat(of(hex, before)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02",
                "01 00",
                "03 01 00", // SEARCHGW
                "09 0a 0000 0102 612f62", // REGISTER
                "08 0c 62 6162 0000 78", // PUBLISH at QoS -1
                "07 0c 20 0005 0009", // and at QoS 1
                "04 10 0009", // PUBREL
                "08 12 20 0009 612f23", // SUBSCRIBE
                "08 12 00 0009 612f23",
                "07 12 02 0009 6162",
                "06 14 00 0009 61", // UNSUBSCRIBE
                "02 16", // PINGREQ
                "04 16 6331",
                "04 18 0e10", // DISCONNECT
                "02 1a",
                "03 1c 78"
            })
    void whatAStrangerSaysIn12(String hex) {
        assertThat(of(hex, null)).isEqualTo(SnVersion.V1_2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "02 17", // SEARCHGW
                "07 03 10 0005 6869", // PUBLISH
                "05 04 0009 f0", // PUBACK
                "04 06 0009", // PUBREL
                "08 08 23 0009 612f23", // SUBSCRIBE
                "06 0a 03 0009 61", // UNSUBSCRIBE
                "04 0c 0009", // PINGREQ
                "03 0e 00", // DISCONNECT
                "08 10 00 0102 612f62", // REGISTER
                "06 12 11 0005 78", // PUBWOS
                "07 12 03 0001 61 78",
                "09 13 00 0009 00000e10" // SLEEPREQ
            })
    void whatAStrangerSaysIn20(String hex) {
        assertThat(of(hex, null)).isEqualTo(SnVersion.V2_0);
    }

    @Test
    void theBufferIsLeftAsItIs() {
        ByteBuffer datagram = datagram("ffff 04 0c 0009").position(2);
        assertThat(both.of(datagram, null)).isEqualTo(SnVersion.V2_0);
        assertThat(datagram.position()).isEqualTo(2);
    }
}
