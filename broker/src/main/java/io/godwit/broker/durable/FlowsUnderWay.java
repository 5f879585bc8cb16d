package io.godwit.broker.durable;

import io.godwit.broker.durable.Records.FlowRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The flows of a session, as its cursor keeps them. On the session's shard only. */
final class FlowsUnderWay {

    private Map<Integer, UnderWay> byPacketId = Map.of();

    /** Those of an earlier process that were not read. */
    private List<FlowRecord> unread = List.of();

    /**
     * A flow.
     *
     * @param entry null once PUBREC was received
     */
    private record UnderWay(long sequence, @Nullable QueueEntry entry) {}

    /** Takes up those of an earlier process. */
    void restore(List<FlowRecord> records) {
        unread = records;
    }

    /** Those of an earlier process, once. */
    List<FlowRecord> takeUnread() {
        List<FlowRecord> taken = unread;
        unread = List.of();
        return taken;
    }

    void start(int packetId, QueueEntry entry) {
        entry.underWay(true);
        put(packetId, new UnderWay(entry.sequence(), entry));
    }

    void restoreReleased(int packetId, long sequence) {
        put(packetId, new UnderWay(sequence, null));
    }

    private void put(int packetId, UnderWay flow) {
        if (byPacketId.isEmpty()) {
            byPacketId = new LinkedHashMap<>(4);
        }
        byPacketId.put(packetId, flow);
    }

    /** PUBREC was received; returns the entry that is not needed any more. */
    @Nullable QueueEntry release(int packetId) {
        UnderWay flow = byPacketId.get(packetId);
        if (flow == null) {
            return null;
        }
        byPacketId.put(packetId, new UnderWay(flow.sequence(), null));
        return flow.entry();
    }

    /** The flow has ended; returns its entry unless that was not needed any more. */
    @Nullable QueueEntry end(int packetId) {
        if (byPacketId.isEmpty()) {
            return null;
        }
        UnderWay ended = byPacketId.remove(packetId);
        if (byPacketId.isEmpty()) {
            byPacketId = Map.of(); // an idle session should cost little
        }
        return ended == null ? null : ended.entry();
    }

    void forEachEntry(Consumer<QueueEntry> each) {
        for (UnderWay flow : byPacketId.values()) {
            if (flow.entry() != null) {
                each.accept(flow.entry());
            }
        }
    }

    /** As the cursor keeps them. */
    List<FlowRecord> records() {
        List<FlowRecord> records = new ArrayList<>(byPacketId.size() + unread.size());
        byPacketId.forEach((packetId, flow) ->
                records.add(new FlowRecord(packetId, flow.sequence(), flow.entry() == null)));
        records.addAll(unread);
        return records;
    }
}
