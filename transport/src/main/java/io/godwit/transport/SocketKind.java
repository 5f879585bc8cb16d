package io.godwit.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How sockets are driven. */
public enum SocketKind {
    /** With Linux's epoll, through a native library: less work per system call. */
    EPOLL {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        ServerChannel newServerChannel() {
            return new EpollServerSocketChannel();
        }
    },
    /** With the JDK's selectors: works everywhere. */
    NIO {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ServerChannel newServerChannel() {
            return new NioServerSocketChannel();
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(SocketKind.class);

    /** Epoll where its native library can be loaded, and NIO elsewhere. */
    public static SocketKind best() {
        if (Epoll.isAvailable()) {
            return EPOLL;
        }
        LOG.info(
                "using the JDK's selectors, since epoll is not there: {}",
                String.valueOf(Epoll.unavailabilityCause()));
        return NIO;
    }

    abstract IoHandlerFactory handlers();

    abstract ServerChannel newServerChannel();
}
