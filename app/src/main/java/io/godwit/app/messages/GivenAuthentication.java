package io.godwit.app.messages;

import io.godwit.client.MqttException;
import io.godwit.client.auth.EnhancedAuthentication;
import io.godwit.codec.Binary;
import org.jspecify.annotations.Nullable;

/** What {@code -D connect authentication-method} and {@code authentication-data} say, once. */
record GivenAuthentication(String method, @Nullable Binary data) implements EnhancedAuthentication {

    @Override
    public Exchange begin() {
        return new Exchange() {
            @Override
            public byte @Nullable [] first() {
                return data == null ? null : data.bytes();
            }

            @Override
            public byte @Nullable [] next(byte @Nullable [] question) {
                throw new MqttException(
                        "The server asks on, and -D connect authentication-data says one thing only",
                        null);
            }

            @Override
            public void succeeded(byte @Nullable [] last) {}
        };
    }
}
