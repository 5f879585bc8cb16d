package io.godwit.broker.durable;

import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.durable.Records.Cursor;
import io.godwit.broker.durable.Records.FlowRecord;
import io.godwit.broker.durable.Records.SessionRecord;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.SessionLog;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log of one session in the database, or of the queue of a shared subscription. On its shard's
 * loop only.
 *
 * <p>What is in the QUEUE table waits or is under way; the cursor of the session says which flows
 * have which packet identifier, and where the entries begin that wait. It is written when an
 * identifier has to be stored, not for each entry. A shared subscription has no flows, and passes
 * its entries to others together with their removal.
 */
final class DurableLog implements SessionLog {

    private final DurableShard shard;
    private final long number;
    private final String name;
    private final boolean shared;
    private final Owner owner;

    private final QueueWindow window = new QueueWindow(this);
    private final Loader loader = new Loader(this, window);
    private final FlowsUnderWay flows = new FlowsUnderWay();
    private @Nullable QueueEntry polled;
    private long next;
    private long countUpTo;
    private long bytesUpTo;
    private boolean hasMoved;
    private boolean isAwaited;
    private boolean isGone;

    private @Nullable SessionOwner belongsTo;
    private long expiryInterval;
    private long disconnectedAt = RecoveredSession.CONNECTED;
    private long wills;
    private boolean hasWill;

    DurableLog(DurableShard shard, long number, String name, boolean shared, Owner owner) {
        this.shard = shard;
        this.number = number;
        this.name = name;
        this.shared = shared;
        this.owner = owner;
    }

    /**
     * Where a recovered session stands.
     *
     * @param countUpTo that of its last entry, as {@code bytesUpTo} is
     * @param queuedBytes the sizes of the messages that wait
     * @param firstSequence that of the first entry that waits
     * @param wills the number of its latest will
     */
    record Position(
            Cursor cursor,
            long countUpTo,
            long bytesUpTo,
            long queuedBytes,
            long firstSequence,
            long wills) {}

    /** Takes up what was stored. */
    void restore(RecoveredSession recovered) {
        Position position = (Position) recovered.position();
        belongsTo = recovered.owner();
        expiryInterval = recovered.expiryInterval();
        hasWill = recovered.will() != null;
        wills = position.wills();
        next = position.cursor().next();
        countUpTo = position.countUpTo();
        bytesUpTo = position.bytesUpTo();
        window.restore(position.firstSequence(), recovered.queued(), position.queuedBytes());
        flows.restore(position.cursor().flows());
        disconnectedAt = recovered.disconnectedAt();
        if (disconnectedAt == RecoveredSession.CONNECTED && !shared) {
            disconnectedAt = home().wallMillis();
            shard.changes().change(session());
        }
    }

    long number() {
        return number;
    }

    Shard home() {
        return shard.shard();
    }

    DurableShard shard() {
        return shard;
    }

    Owner owner() {
        return owner;
    }

    boolean isGone() {
        return isGone;
    }

    @Override
    public boolean isKept() {
        return true;
    }

    // --- the session ----------------------------------------------------------------------------

    @Override
    public void ownedBy(@Nullable SessionOwner newOwner) {
        belongsTo = newOwner;
    }

    @Override
    public void connected(long newExpiryInterval, @Nullable Will newWill) {
        expiryInterval = newExpiryInterval;
        disconnectedAt = RecoveredSession.CONNECTED;
        shard.changes().change(session());
        if (hasWill) {
            willGone();
        }
        if (newWill != null) {
            wills++;
            hasWill = true;
            byte[] key = Keys.will(number, wills);
            shard.changes()
                    .change(
                            new Op.Put(
                                    Table.SESSION, key, Records.will(shard.out(), key, newWill)));
        }
    }

    @Override
    public void disconnected(long newExpiryInterval) {
        expiryInterval = newExpiryInterval;
        disconnectedAt = home().wallMillis();
        loader.forget();
        window.rest();
        shard.changes().change(session());
    }

    @Override
    public void willGone() {
        shard.changes().change(withoutWill());
    }

    @Override
    public void willPublished(Message message) {
        shard.submitNow(); // the will must not be written behind its removal
        Op op = withoutWill();
        if (!(message.storing() instanceof DurablePublication storing && storing.change(op))) {
            shard.changes().change(op);
        }
    }

    private Op withoutWill() {
        hasWill = false;
        return new Op.Delete(Table.SESSION, Keys.will(number, wills));
    }

    private Op session() {
        byte[] key = Keys.session(number, Keys.SESSION);
        SessionRecord session =
                new SessionRecord(name, belongsTo, shared, expiryInterval, disconnectedAt);
        return new Op.Put(Table.SESSION, key, session.encode(shard.out(), key));
    }

    @Override
    public void subscribed(SubscriptionRequest request, int subscriptionId) {
        byte[] key = Keys.subscription(number, request.filter().toString());
        byte[] value = Records.subscription(shard.out(), key, request, subscriptionId);
        shard.changes().change(new Op.Put(Table.SESSION, key, value));
    }

    @Override
    public void unsubscribed(TopicFilter filter) {
        byte[] key = Keys.subscription(number, filter.toString());
        shard.changes().change(new Op.Delete(Table.SESSION, key));
    }

    @Override
    public void accepted(int packetId, Message message) {
        byte[] key = Keys.unreleased(number, packetId);
        Op.Put put = new Op.Put(Table.SESSION, key, shard.out().start().seal(key));
        if (message.storing() instanceof DurablePublication storing) {
            storing.accept(put);
        } else {
            shard.changes().change(put);
        }
    }

    @Override
    public void released(int packetId) {
        shard.changes().change(new Op.Delete(Table.SESSION, Keys.unreleased(number, packetId)));
    }

    // --- the queue ------------------------------------------------------------------------------

    @Override
    public void append(Delivery delivery) {
        QueueEntry entry = entry(delivery);
        window.append(entry);
        write(entry);
        if (window.isInUse() || shared) {
            isAwaited |= window.takeable(shared) == null; // nobody may ask before it is stored
        }
    }

    private QueueEntry entry(Delivery delivery) {
        countUpTo++;
        bytesUpTo += delivery.message().size();
        return QueueEntry.toWrite(this, delivery, countUpTo, bytesUpTo);
    }

    /** The entry of a message that goes ahead of the queue is written with the cursor only. */
    private QueueEntry ahead(Delivery delivery) {
        QueueEntry entry = QueueEntry.toWrite(this, delivery, 0, 0);
        shard.changes().append(entry);
        shard.changes().count(delivery.message());
        return entry;
    }

    /** Writes an entry with its message, or by itself when that is stored already. */
    private void write(QueueEntry entry) {
        Message message = entry.delivery().message();
        if (!(message.storing() instanceof DurablePublication storing && storing.append(entry))) {
            shard.changes().append(entry);
            shard.changes().count(message);
        }
    }

    @Override
    public @Nullable Delivery peek() {
        Delivery first = window.takeable(shared);
        if (window.isLow()) {
            loader.load();
        }
        isAwaited = first == null && window.size() > 0;
        return first;
    }

    @Override
    public @Nullable Delivery head() {
        if (window.first() == null && window.between() > 0) {
            loader.loadNow();
        }
        QueueEntry first = window.first();
        return first == null ? null : first.delivery();
    }

    @Override
    public Delivery poll() {
        QueueEntry taken = window.take();
        polled = taken;
        next = taken.sequence() + 1;
        return taken.delivery();
    }

    @Override
    public int queued() {
        return window.size();
    }

    @Override
    public long queuedBytes() {
        return window.bytes();
    }

    @Override
    public void dropped(Delivery delivery) {
        finish(takePolled(delivery));
    }

    @Override
    public void handedOver(Delivery delivery, Message message) {
        QueueEntry entry = takePolled(delivery);
        if (!(message.storing() instanceof DurablePublication storing)) {
            throw new IllegalStateException("it is handed over to be stored");
        }
        byte[] key = entry.key();
        byte[] value = EntryRecord.encode(shard.out(), key, entry, entry.messageId());
        storing.move(
                new Changes.Move(
                        new Op.Delete(Table.QUEUE, key), new Op.Put(Table.QUEUE, key, value)));
        storing.whenStored(
                home(),
                failure -> {
                    if (failure == null) {
                        release(entry);
                    } else if (!isGone) {
                        window.putBack(entry);
                        owner.returned(entry.delivery());
                        isAwaited = true; // what is stored next finds it, and tries again
                    }
                });
    }

    @SuppressWarnings("ReferenceEquality") // the very delivery that was taken
    private QueueEntry takePolled(Delivery delivery) {
        QueueEntry entry = polled;
        if (entry == null || entry.delivery() != delivery) {
            throw new IllegalStateException("it was not taken from the queue: " + delivery);
        }
        polled = null;
        return entry;
    }

    /** What the writer did with an entry. */
    void settled(QueueEntry entry, boolean isWritten) {
        if (isGone) {
            return;
        }
        if (isWritten) {
            entry.markStored();
            window.settleTail();
            if (entry.isUnderWay()) {
                move(); // its packet identifier is worth keeping now
            }
        } else {
            entry.markFailed();
            if (window.remove(entry)) {
                owner.lost(entry.delivery());
            }
        }
        tellIfAwaited();
    }

    /** More can be taken from the queue than before, perhaps. */
    void tellIfAwaited() {
        if (isAwaited && window.takeable(shared) != null) {
            isAwaited = false;
            owner.readable();
        }
    }

    // --- flows ----------------------------------------------------------------------------------

    @Override
    @SuppressWarnings("ReferenceEquality") // the very delivery that was taken
    public void sent(Delivery delivery, int packetId) {
        QueueEntry entry = polled;
        if (entry != null && entry.delivery() == delivery) {
            polled = null;
        } else {
            entry = delivery.isAhead() ? ahead(delivery) : entry(delivery);
            if (!delivery.isAhead()) {
                write(entry);
                next = delivery.sequence() + 1;
            }
        }
        flows.start(packetId, entry);
        if (delivery.qos() == 2 || entry.isStored() || delivery.isAhead()) {
            move();
        }
    }

    @Override
    public void received(int packetId) {
        QueueEntry entry = flows.release(packetId);
        if (entry != null) {
            finish(entry);
        }
        move();
    }

    @Override
    public void completed(int packetId) {
        QueueEntry entry = flows.end(packetId);
        if (entry != null) {
            finish(entry); // a cursor that still has the flow finds no entry for it
        } else {
            move();
        }
    }

    /** An entry is done with. If it was not written it never is; otherwise it is removed. */
    private void finish(QueueEntry entry) {
        entry.underWay(false);
        if (entry.cancel()) {
            return;
        }
        shard.changes().change(new Op.Delete(Table.QUEUE, entry.key()));
        release(entry);
    }

    /** Its message has one reference less. */
    private void release(QueueEntry entry) {
        if (entry.messageId() != 0) {
            shard.changes().change(new Op.Release(entry.messageId()));
        }
    }

    /** The cursor has to be written. */
    private void move() {
        if (!hasMoved && !isGone) {
            hasMoved = true;
            shard.moved(this);
        }
    }

    /** Writes the cursor; at the end of a turn. */
    void writeCursor(Changes changes) {
        hasMoved = false;
        if (isGone) {
            return;
        }
        byte[] key = Keys.session(number, Keys.CURSOR);
        Cursor cursor = new Cursor(next, flows.records());
        changes.change(new Op.Put(Table.SESSION, key, cursor.encode(shard.out(), key)));
    }

    @Override
    public void resume(Consumer<List<Flow>> then) {
        window.use();
        List<FlowRecord> unread = flows.takeUnread();
        if (unread.isEmpty() && !loader.isResuming()) {
            then.accept(List.of());
        } else {
            loader.resume(unread, then);
        }
    }

    /** The flows of an earlier process, as they were read. */
    List<Flow> resumed(List<FlowRecord> records, List<QueueEntry> entries) {
        List<Flow> resumed = new ArrayList<>();
        for (FlowRecord record : records) {
            if (record.released()) {
                flows.restoreReleased(record.packetId(), record.sequence());
                resumed.add(new Flow(record.packetId(), record.sequence(), null));
                continue;
            }
            for (QueueEntry entry : entries) {
                if (entry.sequence() == record.sequence()) {
                    owner.hold(entry.delivery().message());
                    flows.start(record.packetId(), entry);
                    resumed.add(new Flow(record.packetId(), record.sequence(), entry.delivery()));
                }
            }
        }
        return resumed;
    }

    // --- the end --------------------------------------------------------------------------------

    @Override
    public void deleted() {
        isGone = true;
        loader.forget();
        Changes changes = shard.changes();
        changes.change(
                new Op.DeleteRange(Table.SESSION, Keys.number(number), Keys.number(number + 1)));
        window.forEach(this::giveUp);
        flows.forEachEntry(this::giveUp);
        List<FlowRecord> unread = flows.takeUnread();
        if (window.between() > 0 || !unread.isEmpty()) {
            long below = window.readBelow();
            long from = window.between() > 0 ? window.readFrom() : below; // the rest was in memory
            loader.releaseAll(unread, from, below);
        } else {
            removeQueue();
        }
        window.clear();
    }

    private void giveUp(QueueEntry entry) {
        if (!entry.cancel()) {
            release(entry);
        }
    }

    /** Removes the queue from the database: no reference is left in it. */
    void removeQueue() {
        shard.changes()
                .change(
                        new Op.DeleteRange(
                                Table.QUEUE, Keys.number(number), Keys.number(number + 1)));
    }
}
