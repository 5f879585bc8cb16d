package io.godwit.broker.limits;

import java.time.Duration;

/**
 * Changes some of the {@link Limits}: {@code Limits.builder().queuedMessages(10).build()}. What
 * each means and its range stands at {@link Limits}, {@link SessionLimits} and {@link
 * RetainedLimits}. For one thread.
 */
public final class LimitsBuilder {
    private int connections;
    private int packetSize;
    private int connectSize;
    private int connectRate;
    private Duration connectTimeout;
    private int topicLevels;
    private int topicLength;
    private long memory;
    private QueueFull queueFull;
    private int topicAliasMaximum;
    private int topicAliasesAssigned;
    private int keepAliveMaximum;
    private int maximumQos;
    private boolean retainAvailable;
    private Duration sysInterval;
    private int queuedMessages;
    private long queuedBytes;
    private int inFlight;
    private int receiveMaximum;
    private int subscriptions;
    private int outboxBytes;
    private long maximumSessionExpiry;
    private int retainedMessages;
    private long retainedBytes;

    LimitsBuilder(Limits limits) {
        connections = limits.connections();
        packetSize = limits.packetSize();
        connectSize = limits.connectSize();
        connectRate = limits.connectRate();
        connectTimeout = limits.connectTimeout();
        topicLevels = limits.topicLevels();
        topicLength = limits.topicLength();
        memory = limits.memory();
        queueFull = limits.queueFull();
        topicAliasMaximum = limits.topicAliasMaximum();
        topicAliasesAssigned = limits.topicAliasesAssigned();
        keepAliveMaximum = limits.keepAliveMaximum();
        maximumQos = limits.maximumQos();
        retainAvailable = limits.retainAvailable();
        sysInterval = limits.sysInterval();
        queuedMessages = limits.session().queuedMessages();
        queuedBytes = limits.session().queuedBytes();
        inFlight = limits.session().inFlight();
        receiveMaximum = limits.session().receiveMaximum();
        subscriptions = limits.session().subscriptions();
        outboxBytes = limits.session().outboxBytes();
        maximumSessionExpiry = limits.session().maximumExpiry();
        retainedMessages = limits.retained().messages();
        retainedBytes = limits.retained().bytes();
    }

    /** Sets {@link Limits#connections()}. */
    public LimitsBuilder connections(int value) {
        connections = value;
        return this;
    }

    /** Sets {@link Limits#packetSize()}. */
    public LimitsBuilder packetSize(int value) {
        packetSize = value;
        return this;
    }

    /** Sets {@link Limits#connectSize()}. */
    public LimitsBuilder connectSize(int value) {
        connectSize = value;
        return this;
    }

    /** Sets {@link Limits#connectRate()}. */
    public LimitsBuilder connectRate(int value) {
        connectRate = value;
        return this;
    }

    /** Sets {@link Limits#connectTimeout()}. */
    public LimitsBuilder connectTimeout(Duration value) {
        connectTimeout = value;
        return this;
    }

    /** Sets {@link Limits#topicLevels()}. */
    public LimitsBuilder topicLevels(int value) {
        topicLevels = value;
        return this;
    }

    /** Sets {@link Limits#topicLength()}. */
    public LimitsBuilder topicLength(int value) {
        topicLength = value;
        return this;
    }

    /** Sets {@link Limits#memory()}. */
    public LimitsBuilder memory(long value) {
        memory = value;
        return this;
    }

    /** Sets {@link Limits#queueFull()}. */
    public LimitsBuilder queueFull(QueueFull value) {
        queueFull = value;
        return this;
    }

    /** Sets {@link Limits#topicAliasMaximum()}. */
    public LimitsBuilder topicAliasMaximum(int value) {
        topicAliasMaximum = value;
        return this;
    }

    /** Sets {@link Limits#topicAliasesAssigned()}. */
    public LimitsBuilder topicAliasesAssigned(int value) {
        topicAliasesAssigned = value;
        return this;
    }

    /** Sets {@link Limits#keepAliveMaximum()}. */
    public LimitsBuilder keepAliveMaximum(int value) {
        keepAliveMaximum = value;
        return this;
    }

    /** Sets {@link Limits#maximumQos()}. */
    public LimitsBuilder maximumQos(int value) {
        maximumQos = value;
        return this;
    }

    /** Sets {@link Limits#retainAvailable()}. */
    public LimitsBuilder retainAvailable(boolean value) {
        retainAvailable = value;
        return this;
    }

    /** Sets {@link Limits#sysInterval()}. */
    public LimitsBuilder sysInterval(Duration value) {
        sysInterval = value;
        return this;
    }

    /** Sets {@link SessionLimits#queuedMessages()}. */
    public LimitsBuilder queuedMessages(int value) {
        queuedMessages = value;
        return this;
    }

    /** Sets {@link SessionLimits#queuedBytes()}. */
    public LimitsBuilder queuedBytes(long value) {
        queuedBytes = value;
        return this;
    }

    /** Sets {@link SessionLimits#inFlight()}. */
    public LimitsBuilder inFlight(int value) {
        inFlight = value;
        return this;
    }

    /** Sets {@link SessionLimits#receiveMaximum()}. */
    public LimitsBuilder receiveMaximum(int value) {
        receiveMaximum = value;
        return this;
    }

    /** Sets {@link SessionLimits#subscriptions()}. */
    public LimitsBuilder subscriptions(int value) {
        subscriptions = value;
        return this;
    }

    /** Sets {@link SessionLimits#outboxBytes()}. */
    public LimitsBuilder outboxBytes(int value) {
        outboxBytes = value;
        return this;
    }

    /** Sets {@link SessionLimits#maximumExpiry()}. */
    public LimitsBuilder maximumSessionExpiry(long value) {
        maximumSessionExpiry = value;
        return this;
    }

    /** Sets {@link RetainedLimits#messages()}. */
    public LimitsBuilder retainedMessages(int value) {
        retainedMessages = value;
        return this;
    }

    /** Sets {@link RetainedLimits#bytes()}. */
    public LimitsBuilder retainedBytes(long value) {
        retainedBytes = value;
        return this;
    }

    /**
     * The limits.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public Limits build() {
        return new Limits(
                connections,
                packetSize,
                connectSize,
                connectRate,
                connectTimeout,
                topicLevels,
                topicLength,
                memory,
                queueFull,
                topicAliasMaximum,
                topicAliasesAssigned,
                keepAliveMaximum,
                maximumQos,
                retainAvailable,
                sysInterval,
                new SessionLimits(
                        queuedMessages,
                        queuedBytes,
                        inFlight,
                        receiveMaximum,
                        subscriptions,
                        outboxBytes,
                        maximumSessionExpiry),
                new RetainedLimits(retainedMessages, retainedBytes));
    }
}
