package io.godwit.admin.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A client's socket, with TLS or without. Reading and writing block; one thread may read while
 * another one writes, and any may close.
 */
interface HttpSocket extends ReadableByteChannel {

    /** Bytes of a write: Java copies each into memory outside the heap, which it keeps. */
    int AT_ONCE = 65_536;

    /** Sends all bytes that the buffer has left, which has an array. */
    void write(ByteBuffer bytes) throws IOException;

    /** Sends no more; the client sees the end once it has read what was sent. */
    void endOutput() throws IOException;

    /** Sends as much as goes without waiting for anybody; nothing where TLS is still to begin. */
    void writeNow(ByteBuffer bytes) throws IOException;

    /** Without TLS. */
    static HttpSocket plain(SocketChannel channel) {
        return new Plain(channel);
    }

    /** With TLS; the handshake happens with the first read. */
    static HttpSocket encrypted(SocketChannel channel, SSLContext tls) throws IOException {
        Socket below = channel.socket();
        SSLSocket socket =
                (SSLSocket)
                        tls.getSocketFactory()
                                .createSocket(
                                        below,
                                        below.getInetAddress().getHostAddress(),
                                        below.getPort(),
                                        true);
        socket.setUseClientMode(false);
        return new Encrypted(channel, socket, Channels.newChannel(socket.getInputStream()));
    }

    /** Without TLS. */
    record Plain(SocketChannel channel) implements HttpSocket {

        @Override
        public int read(ByteBuffer into) throws IOException {
            return channel.read(into);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            int end = bytes.limit();
            while (bytes.position() < end) {
                bytes.limit(Math.min(end, bytes.position() + AT_ONCE));
                channel.write(bytes);
            }
        }

        @Override
        public void endOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void writeNow(ByteBuffer bytes) throws IOException {
            channel.configureBlocking(false);
            channel.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** With TLS, by the JDK. */
    record Encrypted(SocketChannel channel, SSLSocket socket, ReadableByteChannel input)
            implements HttpSocket {

        @Override
        public int read(ByteBuffer into) throws IOException {
            return input.read(into);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            socket.getOutputStream()
                    .write(
                            bytes.array(),
                            bytes.arrayOffset() + bytes.position(),
                            bytes.remaining());
            bytes.position(bytes.limit());
        }

        @Override
        public void endOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void writeNow(ByteBuffer bytes) {}

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        /** At once: a close in good order would wait for whoever is writing. */
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
