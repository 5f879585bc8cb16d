package io.godwit.gateway.sn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come, each codec makes a message of them that it can write and read again, or
 * refuses them. With {@code JAZZER_FUZZ=1} Jazzer goes on from the cases.
 */
class SnCodecFuzzTest {

    static Stream<Arguments> seeds() {
        return SnCases.all().stream().map(it -> Arguments.of((Object) it.bytes()));
    }

    static Stream<Arguments> seedsV20() {
        return SnCasesV20.all().stream().map(it -> Arguments.of((Object) it.bytes()));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "30s")
    void takesOrRefuses(byte[] input) throws MalformedDatagram {
        takesOrRefuses(SnCodecV12.INSTANCE, input);
    }

    @MethodSource("seedsV20")
    @FuzzTest(maxDuration = "30s")
    void takesOrRefusesV20(byte[] input) throws MalformedDatagram {
        takesOrRefuses(SnCodecV20.INSTANCE, input);
    }

    private static void takesOrRefuses(SnCodec codec, byte[] input) throws MalformedDatagram {
        SnCodec.Frame frame;
        try {
            frame = codec.decode(ByteBuffer.wrap(input));
        } catch (MalformedDatagram refused) {
            assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(200);
            return;
        }
        byte[] written = codec.encode(frame);
        assertThat(codec.decode(ByteBuffer.wrap(written))).isEqualTo(frame);
    }
}
