package io.godwit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.SnCodecV12;
import io.godwit.gateway.sn.codec.SnMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A device of MQTT-SN whose DTLS is {@code openssl s_client}'s. */
final class OpensslDevice implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final Process process;

    /**
     * One with these options of {@code s_client}.
     *
     * @param directory where it runs
     */
    OpensslDevice(Path directory, InetSocketAddress gateway, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "openssl",
                                "s_client",
                                "-dtls1_2",
                                "-quiet",
                                "-connect",
                                "127.0.0.1:" + gateway.getPort()));
        command.addAll(List.of(options));
        process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectError(directory.resolve("s_client.log").toFile())
                        .start();
    }

    OpensslDevice send(SnMessage message) throws IOException {
        process.getOutputStream().write(SnCodecV12.INSTANCE.encode(null, message));
        process.getOutputStream().flush();
        return this;
    }

    /** The next message, of fewer than 256 bytes. */
    private SnMessage next() throws Exception {
        InputStream in = process.getInputStream();
        CompletableFuture<byte[]> message = CompletableFuture.supplyAsync(() -> read(in));
        byte[] datagram = message.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        try {
            return SnCodecV12.INSTANCE.decode(ByteBuffer.wrap(datagram)).message();
        } catch (MalformedDatagram malformed) {
            throw new AssertionError(malformed);
        }
    }

    private static byte[] read(InputStream in) {
        try {
            int length = in.read();
            if (length < 0) {
                throw new AssertionError("s_client has ended");
            }
            byte[] datagram = new byte[length];
            datagram[0] = (byte) length;
            System.arraycopy(in.readNBytes(length - 1), 0, datagram, 1, length - 1);
            return datagram;
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    OpensslDevice expect(SnMessage expected) throws Exception {
        assertThat(next()).isEqualTo(expected);
        return this;
    }

    /** It ends without having been answered. */
    void expectEnd() throws InterruptedException, ExecutionException, TimeoutException {
        process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
