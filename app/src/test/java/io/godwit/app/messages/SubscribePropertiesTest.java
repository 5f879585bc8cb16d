package io.godwit.app.messages;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.TopicCache;
import io.godwit.codec.TopicName;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import io.godwit.codec.UserProperty;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code -D subscribe} and {@code -D unsubscribe} send, which no broker shows. */
@Timeout(60)
class SubscribePropertiesTest {

    @Test
    void subSendsThemOnce() throws Exception {
        List<Packet> came =
                whatCame(
                        "sub -V 5 -t a -t b -U c -E -D subscribe user-property colour red"
                                + " -D subscribe subscription-identifier 7"
                                + " -D unsubscribe user-property colour blue");
        assertThat(came)
                .filteredOn(Subscribe.class::isInstance)
                .map(packet -> ((Subscribe) packet).properties())
                .containsExactly(
                        Properties.builder()
                                .add(Property.SUBSCRIPTION_IDENTIFIER, 7)
                                .add(Property.USER_PROPERTY, new UserProperty("colour", "red"))
                                .build());
        assertThat(came)
                .filteredOn(Unsubscribe.class::isInstance)
                .map(packet -> ((Unsubscribe) packet).properties())
                .containsExactly(
                        Properties.of(Property.USER_PROPERTY, new UserProperty("colour", "blue")));
    }

    @Test
    void rrSendsThem() throws Exception {
        List<Packet> came =
                whatCame("rr -V 5 -t a -e answer -m x -D subscribe user-property colour red");
        assertThat(came)
                .filteredOn(Subscribe.class::isInstance)
                .map(packet -> ((Subscribe) packet).properties().get(Property.USER_PROPERTY))
                .containsExactly(new UserProperty("colour", "red"));
    }

    /** Runs a command against a server that agrees to everything; returns what that was sent. */
    private static List<Packet> whatCame(String line) throws Exception {
        List<Packet> came = Collections.synchronizedList(new ArrayList<>());
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = Thread.ofVirtual().start(() -> serve(listener, came));
            List<String> words = new ArrayList<>(ShellWords.of(line));
            words.addAll(List.of("-h", "127.0.0.1", "-p", "" + listener.getLocalPort()));
            Ended.ofGodwit(words.getFirst(), words.subList(1, words.size()), new byte[0]);
            server.join();
        }
        return came;
    }

    private static void serve(ServerSocket listener, List<Packet> came) {
        try (Socket client = listener.accept()) {
            PacketDecoder decoder = PacketDecoder.forServer(65_536, new TopicCache(16));
            ByteBuffer in = ByteBuffer.allocate(65_536);
            while (true) {
                int read = client.getInputStream().read(in.array(), in.position(), in.remaining());
                if (read < 0) {
                    return;
                }
                in.position(in.position() + read).flip();
                for (Packet packet = decoder.decode(in);
                        packet != null;
                        packet = decoder.decode(in)) {
                    came.add(packet);
                    answer(client, packet);
                }
                in.compact();
            }
        } catch (IOException | PacketException end) {
            throw new AssertionError(end);
        }
    }

    private static void answer(Socket client, Packet packet) throws IOException, PacketException {
        Packet answer =
                switch (packet) {
                    case Connect _ -> new ConnAck(false, ReasonCode.SUCCESS, Properties.NONE);
                    case Subscribe it ->
                            new SubAck(
                                    it.packetId(),
                                    Collections.nCopies(it.requests().size(), ReasonCode.SUCCESS));
                    case Unsubscribe it -> new UnsubAck(it.packetId(), List.of(ReasonCode.SUCCESS));
                    case Publish it ->
                            new Publish(
                                    false,
                                    0,
                                    false,
                                    TopicName.of("answer"),
                                    0,
                                    Properties.NONE,
                                    it.payload());
                    default -> null;
                };
        if (answer != null) {
            ByteBuffer out =
                    ByteBuffer.allocate(PacketEncoder.encodedSize(answer, ProtocolVersion.V5));
            PacketEncoder.encode(answer, ProtocolVersion.V5, out);
            client.getOutputStream().write(out.array());
        }
    }
}
