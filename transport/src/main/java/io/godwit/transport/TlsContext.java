package io.godwit.transport;

import io.godwit.transport.TlsMaterial.Own;
import io.godwit.transport.TlsSettings.ClientCertificates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelInboundHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.Mapping;
import io.netty.util.ReferenceCountUtil;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * All that a listener's handshakes need, made from {@link TlsSettings}: one of Netty's contexts for
 * each certificate. Counted, since OpenSSL's memory is not the collector's: whoever has a handshake
 * under way retains it. Safe for every thread.
 */
final class TlsContext extends AbstractReferenceCounted {

    private static final int MOST_CLIENT_HELLO = 16 << 10;

    /** Seconds for which a client may resume a session without showing its certificate anew. */
    private static final long SESSION_SECONDS = 300;

    /** The kind of subjectAltName that is a host name (RFC 5280 §4.2.1.6). */
    private static final Integer DNS_NAME = 2;

    /** Keys that the OpenSSL provider takes; others are the JDK's. */
    private static final Set<String> KEYS_OF_OPENSSL = Set.of("RSA", "EC");

    /**
     * Bytes are taken out of the loop's buffer at once, which a client that sends half a record
     * would otherwise keep.
     */
    static final ByteToMessageDecoder.Cumulator COPYING = TlsContext::append;

    static {
        // The OpenSSL provider never renegotiates; the JDK has to be told, before its first use.
        if (System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation") == null) {
            System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        }
    }

    private final TlsSettings settings;
    private final SslProvider preferred;
    private final TlsMaterial material;
    private final SslContext standard;
    private final List<SslContext> all;
    private final Map<String, SslContext> byName;

    private TlsContext(
            TlsSettings settings,
            SslProvider preferred,
            TlsMaterial material,
            List<SslContext> all,
            Map<String, SslContext> byName) {
        this.settings = settings;
        this.preferred = preferred;
        this.material = material;
        this.standard = all.getFirst();
        this.all = all;
        this.byName = byName;
    }

    /** Which library encrypts, in words. */
    static String provider() {
        return OpenSsl.isAvailable()
                ? "OpenSSL (" + OpenSsl.versionString() + ")"
                : "the JDK (" + System.getProperty("java.version") + ")";
    }

    /** OpenSSL where it can be loaded, and the JDK elsewhere. */
    static SslProvider best() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    /**
     * Reads the files, checks them and makes a context, with a count of 1. Blocks.
     *
     * @param preferred who encrypts, where that one takes the kind of the keys; else the JDK
     */
    static TlsContext of(TlsSettings settings, SslProvider preferred) throws TlsProblem {
        TlsMaterial material = TlsMaterial.read(settings);
        List<SslContext> all = new ArrayList<>();
        Map<String, SslContext> byName = new HashMap<>();
        try {
            for (Own own : material.certificates()) {
                SslContext one = context(settings, material, own, preferred);
                all.add(one);
                names(own.certificate()).forEach(name -> byName.putIfAbsent(name, one));
            }
        } catch (TlsProblem problem) {
            all.forEach(ReferenceCountUtil::release);
            throw problem;
        }
        return new TlsContext(settings, preferred, material, List.copyOf(all), Map.copyOf(byName));
    }

    private static SslContext context(
            TlsSettings settings, TlsMaterial material, Own own, SslProvider preferred)
            throws TlsProblem {
        SslProvider provider =
                KEYS_OF_OPENSSL.contains(own.key().getAlgorithm()) ? preferred : SslProvider.JDK;
        SslContextBuilder builder =
                SslContextBuilder.forServer(own.key(), own.chain())
                        .sslProvider(provider)
                        .protocols(settings.versions().stream().map(it -> "TLSv" + it).toList())
                        .sessionTimeout(SESSION_SECONDS)
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        "mqtt"));
        if (!settings.ciphers().isEmpty()) {
            builder.ciphers(ciphers(settings, provider), SupportedCipherSuiteFilter.INSTANCE);
        }
        ClientTrust clients = material.clients();
        if (clients != null) {
            builder.trustManager(clients)
                    .clientAuth(
                            switch (settings.clientCertificates()) {
                                case NONE -> ClientAuth.NONE;
                                case OPTIONAL -> ClientAuth.OPTIONAL;
                                case REQUIRED -> ClientAuth.REQUIRE;
                            });
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException failure) {
            throw new TlsProblem(own.file(), "can't be used: " + innermost(failure), failure);
        }
    }

    /** The ciphers by their IANA names, with those of TLS 1.3 even if only older ones are named. */
    private static List<String> ciphers(TlsSettings settings, SslProvider provider)
            throws TlsProblem {
        Set<String> known = knownCiphers(provider);
        List<String> named = new ArrayList<>();
        for (String cipher : settings.ciphers()) {
            String converted =
                    cipher.startsWith("TLS_") ? cipher : CipherSuiteConverter.toJava(cipher, "TLS");
            if (converted == null || !known.contains(converted)) {
                throw new TlsProblem(
                        null,
                        "no cipher is called "
                                + cipher
                                + "; it takes IANA's or OpenSSL's names of "
                                + String.join(", ", known.stream().sorted().toList()),
                        null);
            }
            named.add(converted);
        }
        if (settings.versions().contains("1.3") && named.stream().noneMatch(TlsContext::isOf13)) {
            known.stream().filter(TlsContext::isOf13).sorted().forEach(named::add);
        }
        return named;
    }

    private static Set<String> knownCiphers(SslProvider provider) throws TlsProblem {
        if (provider != SslProvider.JDK) {
            return OpenSsl.availableJavaCipherSuites();
        }
        try {
            return Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        } catch (GeneralSecurityException failure) {
            throw new TlsProblem(null, "the JDK has no TLS: " + failure.getMessage(), failure);
        }
    }

    private static boolean isOf13(String cipher) {
        return cipher.startsWith("TLS_AES_") || cipher.startsWith("TLS_CHACHA20_");
    }

    /** The host names that a certificate is for, in small letters. */
    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> each : alternatives) {
                    if (DNS_NAME.equals(each.get(0))) {
                        names.add(String.valueOf(each.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException none) {
            return List.of();
        }
        return names;
    }

    static String innermost(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < 10 && cause.getCause() != null; i++) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    TlsSettings settings() {
        return settings;
    }

    /** Who encrypts, where that one takes the kind of the keys. */
    SslProvider preferred() {
        return preferred;
    }

    /** What the files hold. */
    TlsMaterial material() {
        return material;
    }

    /**
     * Why clients with this chain are not admitted; empty if they are, or none are asked.
     *
     * @param chain empty if the client has none
     */
    Optional<String> refusal(List<X509Certificate> chain) {
        ClientTrust clients = material.clients();
        boolean mayHaveNone = settings.clientCertificates() != ClientCertificates.REQUIRED;
        return clients == null || (chain.isEmpty() && mayHaveNone)
                ? Optional.empty()
                : clients.refusal(chain);
    }

    /** A handler that takes a client from its first byte on. */
    ChannelInboundHandler newHandler(ByteBufAllocator allocator) {
        return all.size() == 1 ? sslHandler(standard, allocator) : new ByServerName(this::named);
    }

    /** Whether one of its certificates is for a host name (RFC 6125 §6.4). */
    boolean isFor(String host) {
        return certifiedFor(host) != null;
    }

    /** The context for the host that a client names. */
    private SslContext named(@Nullable String host) {
        SslContext certified = host == null ? null : certifiedFor(host);
        return certified == null ? standard : certified;
    }

    /** The context of the certificate for a host name; a star in that stands for one label. */
    private @Nullable SslContext certifiedFor(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        SslContext exact = byName.get(name);
        if (exact != null) {
            return exact;
        }
        int dot = name.indexOf('.');
        return dot <= 0 ? null : byName.get("*" + name.substring(dot));
    }

    private static SslHandler sslHandler(SslContext context, ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(0); // the listener has a limit of its own
        handler.setCumulator(COPYING);
        return handler;
    }

    private static ByteBuf append(ByteBufAllocator allocator, ByteBuf kept, ByteBuf in) {
        if (kept.isReadable()) {
            return ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, kept, in);
        }
        kept.release();
        try {
            return allocator.buffer(in.readableBytes()).writeBytes(in);
        } finally {
            in.release();
        }
    }

    /** Reads which host a client names, and lets the context of that one go on. */
    private static final class ByServerName extends SniHandler {

        ByServerName(Mapping<String, SslContext> contexts) {
            super(contexts, MOST_CLIENT_HELLO, 0);
            setCumulator(COPYING);
        }

        @Override
        protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            return sslHandler(context, allocator);
        }
    }

    @Override
    protected void deallocate() {
        all.forEach(ReferenceCountUtil::release);
    }

    @Override
    public TlsContext touch(Object hint) {
        return this;
    }
}
