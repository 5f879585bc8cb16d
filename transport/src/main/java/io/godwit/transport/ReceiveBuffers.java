package io.godwit.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Reads into one buffer per loop, so that an idle connection holds none and a busy one allocates
 * none. The handler has consumed or copied the bytes by the time it releases the buffer.
 */
final class ReceiveBuffers implements RecvByteBufAllocator {

    /** Bytes read at once. */
    static final int SIZE = 64 << 10;

    /** Reads from one socket before other sockets have their turn. */
    private static final int READS_PER_TURN = 4;

    private static final UnpooledByteBufAllocator UNPOOLED =
            new UnpooledByteBufAllocator(true, true);

    private static final FastThreadLocal<ByteBuf> OF_LOOP =
            new FastThreadLocal<>() {
                @Override
                protected ByteBuf initialValue() {
                    return UNPOOLED.directBuffer(SIZE, SIZE);
                }

                @Override
                protected void onRemoval(ByteBuf buffer) {
                    buffer.release();
                }
            };

    /**
     * Thrown instead of reading from a socket that was paused. Netty's epoll channels read on
     * regardless when the peer has closed, which would take in all that the kernel holds.
     */
    static final class ReadingPaused extends RuntimeException {
        static final ReadingPaused INSTANCE = new ReadingPaused();

        private ReadingPaused() {
            super("reading is paused", null, false, false);
        }
    }

    @Override
    @SuppressWarnings("deprecation") // Netty asks every allocator for the deprecated interface
    public Handle newHandle() {
        return new BoundedReads();
    }

    private static final class BoundedReads implements ExtendedHandle {
        private @Nullable ChannelConfig config;
        private int reads;
        private int attempted;
        private int last;

        @Override
        public void reset(ChannelConfig config) {
            this.config = config;
            reads = 0;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            if (!isReading()) {
                throw ReadingPaused.INSTANCE;
            }
            ByteBuf buffer = OF_LOOP.get();
            if (buffer.refCnt() == 1) {
                return buffer.clear().retain();
            }
            return allocator.directBuffer(SIZE, SIZE);
        }

        @Override
        public boolean continueReading() {
            return isReading() && last == attempted && reads < READS_PER_TURN;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return isReading() && maybeMoreData.get() && reads < READS_PER_TURN;
        }

        private boolean isReading() {
            return config != null && config.isAutoRead();
        }

        @Override
        public int guess() {
            return SIZE;
        }

        @Override
        public void incMessagesRead(int count) {
            reads += count;
        }

        @Override
        public void lastBytesRead(int bytes) {
            last = bytes;
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public void readComplete() {
            // one size fits all: there is nothing to learn from what was read
        }
    }
}
