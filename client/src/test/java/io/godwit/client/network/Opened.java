package io.godwit.client.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Opens links, and reads and writes them whole. */
final class Opened {

    static final NetworkSettings PLAIN = settings(TlsSettings.DEFAULT);

    private Opened() {}

    static NetworkSettings settings(TlsSettings tls) {
        return new NetworkSettings(
                Duration.ofSeconds(30), tls, null, null, Map.of(), NetworkThreads.VIRTUAL);
    }

    static NetworkSettings within(Duration timeout) {
        return new NetworkSettings(
                timeout, TlsSettings.DEFAULT, null, null, Map.of(), NetworkThreads.VIRTUAL);
    }

    static NetworkSettings through(String proxy) {
        return new NetworkSettings(
                Duration.ofSeconds(30),
                TlsSettings.DEFAULT,
                ProxySettings.parse(proxy),
                null,
                Map.of(),
                NetworkThreads.VIRTUAL);
    }

    static NetworkSettings withHeaders(Map<String, String> headers) {
        return new NetworkSettings(
                Duration.ofSeconds(30),
                TlsSettings.DEFAULT,
                null,
                null,
                headers,
                NetworkThreads.VIRTUAL);
    }

    static NetworkSettings from(String localAddress) {
        return new NetworkSettings(
                Duration.ofSeconds(30),
                TlsSettings.DEFAULT,
                null,
                localAddress,
                Map.of(),
                NetworkThreads.VIRTUAL);
    }

    /** Bytes that go up in steps. */
    static byte[] steps(int count, int step) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * step);
        }
        return bytes;
    }

    static byte[] read(Link link, int count) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(count);
        while (in.hasRemaining()) {
            if (link.read(in) < 0) {
                throw new IOException("closed after " + in.position() + " bytes");
            }
        }
        return in.array();
    }

    static String readText(Link link, int count) throws IOException {
        return new String(read(link, count), StandardCharsets.UTF_8);
    }

    static void write(Link link, String text) throws IOException {
        link.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
