package io.godwit.transport;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.TimerWheel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands above TLS until its handshake is done, then tells the wire whom it is talking to and goes.
 * Netty's own handler is put in front of it when the first byte has come and is TLS's, so that a
 * silent socket costs little.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter {

    /** The first byte of every connection with TLS: a record with a part of a handshake. */
    static final int RECORD = 0x16;

    /** The first byte of every MQTT connection: CONNECT. */
    private static final int CONNECT = 0x10;

    private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

    private final ListenerState listener;
    private final NettyWire wire;
    private @Nullable TlsContext tls;
    private TimerWheel.@Nullable Timer limit;
    private boolean ended;

    TlsHandshake(ListenerState listener, NettyWire wire) {
        this.listener = listener;
        this.wire = wire;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        long millis = listener.handshakeTimeout().toMillis();
        limit =
                new TimerWheel.Timer() {
                    @Override
                    protected void fire() {
                        listener.incidents()
                                .report(
                                        Incident.HANDSHAKE_TIMEOUT,
                                        "%s did not finish its TLS handshake within %d ms and is"
                                                        .formatted(wire.peer(), millis)
                                                + " closed");
                        close(context);
                    }
                };
        wire.loop().shard().after(millis, limit);
    }

    /**
     * The first bytes; all others go through Netty's handler, and none come from it before the end.
     */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        ByteBuf in = (ByteBuf) message;
        int first = in.getUnsignedByte(in.readerIndex());
        if (ended || tls != null || first != RECORD) {
            in.release();
            if (!ended && tls == null) {
                refusePlain(context, first);
            }
            return;
        }
        tls = listener.acquireTls();
        ChannelInboundHandler handler = tls.newHandler(context.alloc());
        context.pipeline().addBefore(context.name(), null, handler);
        handler.channelRead(context.pipeline().context(handler), in);
    }

    private void refusePlain(ChannelHandlerContext context, int first) {
        String what =
                first == CONNECT
                        ? " speaks MQTT without TLS"
                        : " does not speak TLS (first byte 0x%02x)".formatted(first);
        listener.incidents()
                .report(
                        Incident.PLAIN_ON_TLS,
                        wire.peer()
                                + what
                                + " and is closed: this port takes TLS only; give the client the"
                                + " authority's certificate (as in mosquitto_pub --cafile) or the"
                                + " port of a listener without TLS");
        end();
        close(context);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        switch (event) {
            case SslHandshakeCompletionEvent done when done.isSuccess() -> begin(context);
            case SslHandshakeCompletionEvent failed -> failed(failed.cause());
            case SniCompletionEvent _ -> {} // the handshake itself is still to come
            default -> super.userEventTriggered(context, event);
        }
    }

    private void begin(ChannelHandlerContext context) {
        listener.handshakeDone();
        SslHandler handler = context.pipeline().get(SslHandler.class);
        List<X509Certificate> chain = certificates(handler);
        wire.lookedAt(listener.replacements());
        Optional<String> refusal = refusalSinceItBegan(chain);
        end();
        if (refusal.isPresent()) {
            listener.incidents()
                    .report(
                            Incident.NO_LONGER_ADMITTED,
                            wire.peer() + " is closed: " + refusal.get());
            close(context);
            return;
        }
        Origin before = wire.origin();
        wire.come(
                new Origin(
                        before.listener(),
                        before.address(),
                        before.port(),
                        true,
                        chain,
                        before.unixPeer(),
                        before.query()));
        context.fireChannelActive();
        context.pipeline().remove(this);
    }

    /** Other authorities or lists may have come into force while the handshake was under way. */
    private Optional<String> refusalSinceItBegan(List<X509Certificate> chain) {
        return tls == null || listener.isInForce(tls) ? Optional.empty() : listener.refusal(chain);
    }

    private static List<X509Certificate> certificates(SslHandler handler) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate each : handler.engine().getSession().getPeerCertificates()) {
                if (each instanceof X509Certificate certificate) {
                    chain.add(certificate);
                }
            }
        } catch (SSLPeerUnverifiedException none) {
            LOG.trace("the client has shown no certificate", none);
        }
        return chain;
    }

    private void failed(Throwable cause) {
        if (ended) {
            return;
        }
        end();
        if (cause instanceof ClosedChannelException) {
            listener.incidents().count(Incident.HANDSHAKE_FAILED);
            LOG.debug("{} closed during its TLS handshake", wire.peer());
        } else {
            listener.incidents()
                    .report(
                            Incident.HANDSHAKE_FAILED,
                            "the TLS handshake of %s failed: %s"
                                    .formatted(wire.peer(), inWords(cause)));
        }
    }

    /** What OpenSSL and the JDK say of a failure, with what it means. */
    static String inWords(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException refused) { // our own words
                return String.valueOf(refused.getMessage());
            }
        }
        String reason = TlsContext.innermost(failure);
        String lower = reason.toLowerCase(Locale.ROOT).replace('_', ' ');
        if (lower.contains("alert")
                && (lower.contains("certificate") || lower.contains("unknown ca"))) {
            return reason
                    + "; the client does not accept this listener's certificate: look at its dates"
                    + " and host names, and give the client its authority's certificate (as in"
                    + " mosquitto_pub --cafile)";
        }
        if (lower.contains("empty client certificate chain")
                || lower.contains("did not return a certificate")) {
            return reason
                    + "; the client has no certificate, and this listener requires one"
                    + " (client-certificate = required)";
        }
        if (lower.contains("unsupported protocol") || lower.contains("protocol version")) {
            return reason
                    + "; the client speaks no version of TLS that this listener does"
                    + " (tls-versions)";
        }
        return reason;
    }

    /** Once, however it ends. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        listener.handshakeEnded();
        if (limit != null) {
            wire.loop().shard().timers().cancel(limit);
        }
    }

    /** From below TLS, which would otherwise say good-bye first. */
    private static void close(ChannelHandlerContext context) {
        context.pipeline().firstContext().close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (cause
                instanceof DecoderException) { // the failed handshake was reported with its reason
            failed(cause);
            close(context);
        } else {
            super.exceptionCaught(context, cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        end();
        super.channelInactive(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        end();
        if (tls != null) {
            tls.release();
        }
    }
}
