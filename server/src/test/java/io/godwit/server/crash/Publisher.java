package io.godwit.server.crash;

import io.godwit.codec.Packet;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.server.crash.Event.Acknowledged;
import io.godwit.server.crash.Event.Sent;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Publishes at QoS 1 and 2 with several messages under way, and sends again what it has to. */
final class Publisher extends Client {

    private static final int LONGEST_STAY = 300;

    /** A message under way; released when PUBREC has come. */
    private static final class Flow {
        final Message message;
        final int qos;
        final boolean retain;
        final boolean clears;
        boolean released;
        int releases;

        Flow(Message message, int qos, boolean retain, boolean clears) {
            this.message = message;
            this.qos = qos;
            this.retain = retain;
            this.clears = clears;
        }
    }

    private final int window;
    private final Map<String, Integer> numbers = new HashMap<>();

    /** By packet identifier, in the order in which they were sent first. */
    private final Map<Integer, Flow> flows = new LinkedHashMap<>();

    private int lastPacketId;
    private int rounds;

    Publisher(String name, ProtocolVersion version, int window, long seed, History history) {
        super(name, version, seed, history);
        this.window = window;
    }

    /** How many more messages it publishes on each topic when it drains the next time. */
    void setRounds(int count) {
        rounds = count;
    }

    /** The number of the last message on a topic, 0 if there is none. */
    int lastNumber(String topic) {
        return numbers.getOrDefault(topic, 0);
    }

    @Override
    Properties connectProperties(Properties properties) {
        return properties;
    }

    @Override
    boolean serve(Link link) throws IOException {
        resend(link);
        int stay = 1 + random.nextInt(LONGEST_STAY);
        for (; rounds > 0 && draining(); rounds--) {
            for (String topic : Topics.ofPublisher(name)) {
                awaitRoom(link);
                publish(link, topic);
            }
        }
        while (draining() ? !flows.isEmpty() : stay-- > 0) {
            while (!draining() && flows.size() < window) {
                publish(link, Topics.any(name, random));
            }
            receive(link, link.read());
        }
        return !draining();
    }

    private void awaitRoom(Link link) throws IOException {
        while (flows.size() >= window) {
            receive(link, link.read());
        }
    }

    /** The original order, the original packet identifiers. */
    private void resend(Link link) throws IOException {
        for (Map.Entry<Integer, Flow> entry : flows.entrySet()) {
            Flow flow = entry.getValue();
            if (flow.released) {
                flow.releases++;
                link.write(new PubRel(entry.getKey()));
            } else {
                send(link, entry.getKey(), flow, true);
            }
        }
    }

    private void publish(Link link, String topic) throws IOException {
        int number = numbers.merge(topic, 1, Integer::sum);
        boolean retain = Topics.isRetained(topic);
        Flow flow =
                new Flow(
                        new Message(name, topic, number),
                        retain ? Topics.qosOfRetained(topic) : 1 + random.nextInt(2),
                        retain,
                        Topics.isCleared(topic) && number % 2 == 0);
        do {
            lastPacketId = lastPacketId % 65_535 + 1;
        } while (flows.containsKey(lastPacketId));
        flows.put(lastPacketId, flow);
        send(link, lastPacketId, flow, false);
    }

    private void send(Link link, int packetId, Flow flow, boolean dup) throws IOException {
        history.add(new Sent(flow.message, flow.qos, flow.retain, flow.clears, dup));
        link.write(
                new Publish(
                        dup,
                        flow.qos,
                        flow.retain,
                        flow.message.topicName(),
                        packetId,
                        Properties.NONE,
                        flow.clears ? new byte[0] : flow.message.payload()));
    }

    private void receive(Link link, Packet packet) throws IOException {
        switch (packet) {
            case PubAck ack -> {
                Flow flow = flow(ack.packetId(), packet);
                check(flow.qos == 1 && isSuccess(ack.reasonCode()), packet, flow);
                flows.remove(ack.packetId());
                history.add(new Acknowledged(flow.message));
            }
            case PubRec rec -> {
                Flow flow = flow(rec.packetId(), packet);
                check(flow.qos == 2 && !flow.released, packet, flow);
                check(isSuccess(rec.reasonCode()), packet, flow);
                history.add(new Acknowledged(flow.message));
                flow.released = true;
                flow.releases = 1;
                link.write(new PubRel(rec.packetId()));
            }
            case PubComp comp -> {
                Flow flow = flow(comp.packetId(), packet);
                boolean forgotten = comp.reasonCode() == ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
                check(flow.released, packet, flow);
                check(forgotten ? flow.releases > 1 : isSuccess(comp.reasonCode()), packet, flow);
                flows.remove(comp.packetId());
            }
            default -> throw new IOException("unexpected: " + packet);
        }
    }

    private Flow flow(int packetId, Packet packet) throws IOException {
        Flow flow = flows.get(packetId);
        if (flow == null) {
            throw new IOException("nothing is under way for " + packet);
        }
        return flow;
    }

    private static boolean isSuccess(ReasonCode code) {
        return List.of(ReasonCode.SUCCESS, ReasonCode.NO_MATCHING_SUBSCRIBERS).contains(code);
    }

    private static void check(boolean expected, Packet packet, Flow flow) throws IOException {
        if (!expected) {
            throw new IOException(
                    "%s for %s, qos %d, PUBREL sent %d times"
                            .formatted(packet, flow.message, flow.qos, flow.releases));
        }
    }
}
