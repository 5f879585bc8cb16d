package io.godwit.gateway.sn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come, the codec makes a message of them that it can write and read again, or
 * refuses them. With {@code JAZZER_FUZZ=1} Jazzer goes on from the cases.
 */
class SnCodecFuzzTest {

    static Stream<Arguments> seeds() {
        return SnCases.all().stream().map(it -> Arguments.of((Object) it.bytes()));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "30s")
    void takesOrRefuses(byte[] input) throws MalformedDatagram {
        SnCodec codec = SnCodecV12.INSTANCE;
        SnCodec.Frame frame;
        try {
            frame = codec.decode(ByteBuffer.wrap(input));
        } catch (MalformedDatagram refused) {
            assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(200);
            return;
        }
        byte[] written = codec.encode(frame.node(), frame.message());
        assertThat(codec.decode(ByteBuffer.wrap(written))).isEqualTo(frame);
    }
}
