package io.godwit.transport;

import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Wire;
import io.godwit.codec.ReasonCode;
import java.nio.ByteBuffer;

/** Echoes the frames of a {@link FrameClient}. */
record EchoConnection(Wire wire) implements Receiver {

    @Override
    public void receive(ByteBuffer in) {
        while (in.remaining() >= 4 && in.remaining() >= 4 + in.getInt(in.position())) {
            int length = in.getInt() - 1;
            in.get();
            ByteBuffer out = wire.allocate(4 + length).putInt(length);
            out.put(in.slice(in.position(), length));
            in.position(in.position() + length);
            wire.commit(4 + length);
        }
        wire.flush();
    }

    @Override
    public int missing(ByteBuffer rest) {
        return 1;
    }

    @Override
    public void writable() {}

    @Override
    public void close(ReasonCode reasonCode, String why) {
        wire.close();
    }

    @Override
    public void closed() {}
}
