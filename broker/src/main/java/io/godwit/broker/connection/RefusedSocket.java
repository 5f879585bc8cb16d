package io.godwit.broker.connection;

import io.godwit.broker.spi.Receiver;
import io.godwit.codec.ReasonCode;
import java.nio.ByteBuffer;

/** What a socket is given to that is closed before anything of it is read. */
public final class RefusedSocket implements Receiver {

    /** Has no state. */
    public static final RefusedSocket INSTANCE = new RefusedSocket();

    private RefusedSocket() {}

    @Override
    public void receive(ByteBuffer in) {
        in.position(in.limit());
    }

    @Override
    public int missing(ByteBuffer rest) {
        return 1;
    }

    @Override
    public void writable() {}

    @Override
    public void close(ReasonCode reasonCode, String why) {}

    @Override
    public void closed() {}
}
