package io.godwit.client.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.godwit.codec.PacketException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a record holds whose checksum is right: it is a message, or refused. */
class LogFuzzTest {

    static Stream<Arguments> records() {
        return Stream.of(StoreFixture.waiting(1, "a"), StoreFixture.waiting(1L << 40, ""))
                .map(kept -> Arguments.of((Object) Records.appended(kept)));
    }

    @MethodSource("records")
    @FuzzTest(maxDuration = "30s")
    void aRecordIsAMessageOrRefused(byte[] data) {
        ByteBuffer content = ByteBuffer.wrap(data);
        if (data.length > 0) {
            content.get();
        }
        try {
            var kept = Records.kept(content);
            assertThat(kept.message().payload().length).isLessThan(data.length);
            assertThat(kept.packetId()).isBetween(0, 65_535);
        } catch (PacketException | IllegalArgumentException | BufferUnderflowException refused) {
            assertThat(refused.toString()).isNotBlank();
        }
    }
}
