package io.godwit.server.crash;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketException;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.server.crash.Event.RetainedSeen;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A new client that looks at what is retained while nobody publishes. */
final class RetainedReader {

    private static final int GIVE_UP_MILLIS = 10_000;

    private RetainedReader() {}

    /**
     * Subscribes at QoS 0, and reads until all of some topics have come and then an answer to
     * PINGREQ; or until it gives up waiting.
     */
    static RetainedSeen read(int port, Set<String> expected) throws IOException {
        Map<String, Integer> numbers = new HashMap<>();
        Set<String> missing = new HashSet<>(expected);
        try (Link link = new Link(port, ProtocolVersion.V5)) {
            link.giveUpAfter(GIVE_UP_MILLIS);
            link.write(
                    new Connect(
                            ProtocolVersion.V5, "", true, 0, null, null, null, Properties.NONE));
            link.read(ConnAck.class);
            link.write(new Subscribe(1, List.of(request("kept/#"), request("cleared/#"))));
            boolean asked = false;
            Packet packet = link.read();
            while (!(packet instanceof PingResp)) {
                if (packet instanceof Publish publish) {
                    String topic = publish.topic().toString();
                    Message message = Message.of(topic, publish.payload());
                    numbers.put(topic, message == null ? -1 : message.number());
                    missing.remove(topic);
                }
                if (missing.isEmpty() && !asked) {
                    asked = true;
                    link.write(new PingReq());
                }
                packet = link.read();
            }
        } catch (SocketTimeoutException late) {
            return new RetainedSeen(numbers);
        }
        return new RetainedSeen(numbers);
    }

    private static SubscriptionRequest request(String filter) {
        try {
            return new SubscriptionRequest(TopicFilter.of(filter), 0);
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(filter, invalid);
        }
    }
}
