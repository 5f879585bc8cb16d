package io.godwit.transport;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.TimerWheel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the PROXY header of a connection (versions 1 and 2), tells the wire where the client
 * is, and goes.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {

    /** Milliseconds for the header. */
    static final long WITHIN = 3_000;

    private static final int MOST_BYTES_OF_TLVS = 4096;

    private final ListenerState listener;
    private final ProxySettings settings;
    private final NettyWire wire;
    private TimerWheel.@Nullable Timer limit;
    private boolean refused;

    private ProxyHeader(ListenerState listener, ProxySettings settings, NettyWire wire) {
        this.listener = listener;
        this.settings = settings;
        this.wire = wire;
    }

    /** Adds it, behind Netty's decoder. */
    static void addTo(
            ChannelPipeline pipeline,
            ListenerState listener,
            ProxySettings settings,
            NettyWire wire) {
        pipeline.addLast(newDecoder(), new ProxyHeader(listener, settings, wire));
    }

    static HAProxyMessageDecoder newDecoder() {
        HAProxyMessageDecoder decoder = new HAProxyMessageDecoder(MOST_BYTES_OF_TLVS);
        decoder.setCumulator(TlsContext.COPYING);
        return decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        SocketAddress from = context.channel().remoteAddress();
        if (from instanceof InetSocketAddress inet && !isTrusted(inet.getAddress())) {
            refuse(
                    context,
                    Incident.PROXY_NOT_TRUSTED,
                    " is none of the proxies that proxy-trusted names, and is closed: only they may"
                            + " say where a client is");
            return;
        }
        limit =
                new TimerWheel.Timer() {
                    @Override
                    protected void fire() {
                        refuse(
                                context,
                                Incident.PROXY_TIMEOUT,
                                " sent no PROXY header within %d ms and is closed; let the proxy"
                                                .formatted(WITHIN)
                                        + " send one, or set proxy-protocol = false");
                    }
                };
        wire.loop().shard().after(WITHIN, limit);
    }

    private boolean isTrusted(InetAddress address) {
        return settings.trusted().stream().anyMatch(range -> range.contains(address));
    }

    private void refuse(ChannelHandlerContext context, Incident what, String words) {
        if (!refused) { // the decoder has another try when the channel closes
            refused = true;
            listener.incidents().report(what, wire.peer() + words);
        }
        end();
        context.pipeline().firstContext().close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (!(message instanceof HAProxyMessage header)) {
            super.channelRead(context, message);
            return;
        }
        end();
        try {
            Source source = read(header);
            if (source.address != null) {
                wire.come(source.origin(wire.origin()));
            }
        } catch (DecoderException malformed) {
            exceptionCaught(context, malformed);
            return;
        } finally {
            header.release();
        }
        if (isAdmitted()) {
            context.fireChannelActive();
            context.pipeline().remove(this);
        } else {
            refused = true;
        }
    }

    /** One that a proxy further on may still send elsewhere is admitted later. */
    private boolean isAdmitted() {
        InetAddress client = wire.origin().address();
        return client != null && listener.settings().isForwarder(client) || wire.admit() != null;
    }

    /**
     * What a header says of the client.
     *
     * @param address null where it names none, as that of a health check (LOCAL): the proxy's own
     *     counts then
     * @param isEncrypted whether the client has used TLS up to the proxy
     */
    record Source(@Nullable InetAddress address, int port, boolean isEncrypted) {

        private Origin origin(Origin direct) {
            return new Origin(
                    direct.listener(), address, port, isEncrypted, List.of(), null, Map.of());
        }
    }

    /**
     * Reads a header.
     *
     * @throws DecoderException if what it says makes no sense
     */
    static Source read(HAProxyMessage header) {
        String address = header.sourceAddress();
        HAProxySSLTLV tls = tlsOf(header.tlvs());
        if (header.command() == HAProxyCommand.LOCAL
                || address == null
                || header.proxiedProtocol().addressFamily() == AddressFamily.AF_UNIX) {
            return new Source(null, 0, false);
        }
        if (tls != null && tls.isPP2ClientCertConn() && tls.verify() != 0) {
            throw new DecoderException(
                    "the proxy could not verify the client's certificate: " + tls.verify());
        }
        try {
            return new Source(
                    InetAddress.ofLiteral(address),
                    header.sourcePort(),
                    tls != null && tls.isPP2ClientSSL());
        } catch (IllegalArgumentException noAddress) {
            throw new DecoderException("not an address: " + address, noAddress);
        }
    }

    private static @Nullable HAProxySSLTLV tlsOf(List<HAProxyTLV> all) {
        for (HAProxyTLV each : all) {
            if (each instanceof HAProxySSLTLV tls) {
                return tls;
            }
        }
        return null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (cause instanceof DecoderException) {
            refuse(
                    context,
                    Incident.PROXY_MALFORMED,
                    " did not begin with a valid PROXY header ("
                            + TlsContext.innermost(cause)
                            + ") and is closed; let the proxy send one, or set proxy-protocol ="
                            + " false");
        } else {
            super.exceptionCaught(context, cause);
        }
    }

    private void end() {
        if (limit != null) {
            wire.loop().shard().timers().cancel(limit);
            limit = null;
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
    }
}
