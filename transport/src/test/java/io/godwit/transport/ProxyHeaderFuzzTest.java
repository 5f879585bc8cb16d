package io.godwit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import java.util.Arrays;

/** Whatever comes where a PROXY header is due: it is one, is refused, or is waited for. */
class ProxyHeaderFuzzTest {

    private static final byte[] BEHIND = {0x10, 1, 2, 3};

    @FuzzTest(maxDuration = "30s")
    void aHeaderIsReadOrRefused(byte[] input) {
        EmbeddedChannel channel = new EmbeddedChannel(ProxyHeader.newDecoder());
        try {
            int half = input.length / 2;
            channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOf(input, half)));
            channel.writeInbound(
                    Unpooled.wrappedBuffer(Arrays.copyOfRange(input, half, input.length)));
            read(channel, input);
        } catch (DecoderException refused) {
            assertThat(TlsContext.innermost(refused)).isNotBlank();
        } finally {
            close(channel);
        }
    }

    private static void close(EmbeddedChannel channel) {
        try {
            channel.finishAndReleaseAll();
        } catch (DecoderException refused) { // again, or because the header is cut off
            assertThat(TlsContext.innermost(refused)).isNotBlank();
        }
    }

    private static void read(EmbeddedChannel channel, byte[] input) {
        Object first = channel.readInbound();
        if (!(first instanceof HAProxyMessage header)) {
            assertThat(first).as("nothing comes before the header").isNull();
            return;
        }
        try {
            ProxyHeader.Source source = ProxyHeader.read(header);
            assertThat(source.port()).isBetween(0, 65_535);
        } finally {
            header.release();
        }
        // What comes behind the header is not lost: the end of the input, and what is sent now.
        channel.writeInbound(Unpooled.wrappedBuffer(BEHIND));
        ByteBuf rest = Unpooled.buffer();
        for (Object more = channel.readInbound(); more != null; more = channel.readInbound()) {
            ByteBuf part = (ByteBuf) more;
            rest.writeBytes(part);
            part.release();
        }
        byte[] all = new byte[rest.readableBytes()];
        rest.readBytes(all);
        byte[] expected = Arrays.copyOf(input, input.length + BEHIND.length);
        System.arraycopy(BEHIND, 0, expected, input.length, BEHIND.length);
        assertThat(all.length).isBetween(BEHIND.length, expected.length);
        assertThat(all)
                .isEqualTo(
                        Arrays.copyOfRange(
                                expected, expected.length - all.length, expected.length));
    }
}
