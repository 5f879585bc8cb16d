package io.godwit.codec;

import static io.godwit.codec.WireCases.topic;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What the path of a PUBLISH allocates, counted by the JVM for this thread. */
class AllocationTest {

    private static final int ROUNDS = 20_000;
    private static final int PAYLOAD = 64;

    /** A Publish and a payload array, with room for the larger headers of other JVM settings. */
    private static final int PUBLISH_AND_PAYLOAD = 56 + 16 + PAYLOAD;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private interface Round {
        void run(int round) throws PacketException;
    }

    /** Bytes that a round allocates on the average, after as many to warm up. */
    private long allocatedPerRound(Round round) throws PacketException {
        for (int i = 0; i < ROUNDS; i++) {
            round.run(i);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            round.run(i);
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
    }

    @Test
    void decodingAPublishAllocatesThePublishAndItsPayload() throws PacketException {
        PacketDecoder decoder = WireCase.connected(ProtocolVersion.V5, new TopicCache(16));
        ByteBuffer in = ByteBuffer.wrap(WireBytes.parse("30 L 00 0A 'device/1/t' 00 78*64"));
        long allocated =
                allocatedPerRound(_ -> {
                    in.position(0);
                    decoder.decode(in);
                });
        assertThat(allocated).isBetween((long) PAYLOAD, (long) PUBLISH_AND_PAYLOAD);
    }

    @Test
    void writingToSubscribersAllocatesNothing() throws PacketException {
        TopicName topic = topic("device/1/t");
        byte[] payload = new byte[PAYLOAD];
        byte[] properties =
                PublishWriter.encodeProperties(Properties.of(Property.CONTENT_TYPE, "text"));
        PublishTemplate template =
                PublishTemplate.of(ProtocolVersion.V3_1_1, topic, true, Properties.NONE, payload);
        PublishWriter writer = new PublishWriter();
        ByteBuffer out = ByteBuffer.allocateDirect(1_000);
        long allocated =
                allocatedPerRound(round -> {
                    out.clear();
                    template.write(out, 1, false, false, 1 + round);
                    writer.message(ProtocolVersion.V5, topic, properties, payload)
                            .delivery(1, false, false, 1 + round)
                            .topicAlias(3)
                            .subscriptionIdentifier(9)
                            .write(out);
                });
        assertThat(allocated).isZero();
    }

    @Test
    void writingAnAcknowledgementAllocatesNothing() throws PacketException {
        PubAck ack = new PubAck(7);
        ByteBuffer out = ByteBuffer.allocateDirect(1_000);
        long allocated =
                allocatedPerRound(_ -> {
                    out.clear();
                    PacketEncoder.encode(ack, ProtocolVersion.V5, out);
                });
        assertThat(allocated).isZero();
    }

    /** Lengths that lie about what is there cost no memory before they are refused. */
    @Test
    void announcedLengthsAllocateNothing() throws PacketException {
        String[] liars = {
            "30 04 FF FF 'aa'", // a topic name of 65,535 bytes
            "82 06 00 01 00 FF FF 'a'", // a topic filter of 65,535 bytes
            "30 L 00 01 'a' FF FF FF 7F 'a'", // a property section of 256 MB
            "30 08 00 01 'a' 04 09 FF FF 00", // Correlation Data of 65,535 bytes
            "30 FF FF FF 7F" // a packet of 256 MB
        };
        TopicCache topics = new TopicCache(1);
        for (String liar : liars) {
            byte[] bytes = WireBytes.parse(liar);
            PacketDecoder decoder = WireCase.connected(ProtocolVersion.V5, topics);
            ByteBuffer in = ByteBuffer.wrap(bytes);
            long allocated =
                    allocatedPerRound(_ -> {
                        try {
                            decoder.decode(in);
                            throw new AssertionError("taken: " + liar);
                        } catch (PacketException e) {
                            assertThat(e.getMessage()).isNotEmpty();
                        }
                    });
            assertThat(allocated).as("bytes for %s", liar).isLessThan(8_000);
        }
    }
}
