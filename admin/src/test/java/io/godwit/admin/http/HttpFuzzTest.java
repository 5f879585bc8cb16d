package io.godwit.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.concurrent.Semaphore;

/** Whatever bytes a client sends: they are read, or refused in words, or end too early. */
class HttpFuzzTest {

    @FuzzTest(maxDuration = "30s")
    void requestsAreReadOrRefused(byte[] bytes) {
        RequestReader reader =
                new RequestReader(
                        Channels.newChannel(new ByteArrayInputStream(bytes)),
                        HttpLimits.defaults(),
                        new Semaphore(HttpLimits.defaults().bodies()),
                        new Caller(null, Role.NONE, "a test", null));
        try {
            while (reader.await()) {
                Request request = reader.read();
                assertThat(request.path()).startsWith("/");
                assertThat(request.headers()).containsKey("host");
            }
        } catch (BadRequest bad) {
            assertThat(bad.response().status()).isBetween(400, 599);
        } catch (IOException end) {
            assertThat(end).hasMessageContaining("ended");
        }
    }

    @FuzzTest(maxDuration = "30s")
    void bodiesAreReadOrRefused(byte[] bytes) {
        try {
            var object = Json.read(bytes);
            assertThat(object).isNotNull();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}
