package io.godwit.transport.websocket;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/**
 * The headers of a request, of which there may be so many only: each takes over a hundred bytes,
 * and comes in three, and they are kept until the request is complete.
 */
final class RequestHeaders extends DefaultHttpHeaders {

    /** How many there may be; browsers and proxies send some twenty. */
    static final int MOST = 100;

    /** Makes them for a decoder. */
    static final HttpHeadersFactory FACTORY =
            new HttpHeadersFactory() {
                @Override
                public HttpHeaders newHeaders() {
                    return new RequestHeaders();
                }

                @Override
                public HttpHeaders newEmptyHeaders() {
                    return new RequestHeaders();
                }
            };

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (size() >= MOST) {
            throw new TooLongHttpHeaderException("more than " + MOST + " headers");
        }
        return super.add(name, value);
    }
}
