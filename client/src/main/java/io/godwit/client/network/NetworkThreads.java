package io.godwit.client.network;

import java.util.concurrent.ThreadFactory;

/** The kind of threads that connect, read, write and close. None keeps a process from ending. */
public enum NetworkThreads {

    /**
     * Virtual threads: thousands of connections cost little. A Java machine in which one has waited
     * for the network takes 0.3 s to end: the thread that waits for all of them is in native code.
     */
    VIRTUAL(Thread.ofVirtual().factory()),

    /**
     * Threads of the operating system, two for each connection and a few more while it begins or
     * ends: for few connections, in a process that closes them and ends soon.
     */
    PLATFORM(Thread.ofPlatform().daemon().factory());

    private final ThreadFactory factory;

    NetworkThreads(ThreadFactory factory) {
        this.factory = factory;
    }

    /** Runs a task on a thread of its own, whose name is {@code godwit-client-} and this one. */
    public Thread start(String name, Runnable task) {
        Thread thread = factory.newThread(task);
        thread.setName("godwit-client-" + name);
        thread.start();
        return thread;
    }
}
