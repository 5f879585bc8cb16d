package io.godwit.gateway.sn.codec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;

/** A datagram with bytes missing, or one too many. */
final class OtherLengths {

    private OtherLengths() {}

    /** Each of them is malformed. */
    static void expectRefused(SnCodec codec, byte[] whole) {
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
            assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(MalformedDatagram.class);
        }
        ByteBuffer longer = ByteBuffer.allocate(whole.length + 1).put(whole).rewind();
        assertThatThrownBy(() -> codec.decode(longer)).isInstanceOf(MalformedDatagram.class);
    }
}
