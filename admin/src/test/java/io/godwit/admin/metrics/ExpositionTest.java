package io.godwit.admin.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.admin.metrics.Exposition.Written;
import io.godwit.broker.control.BrokerMetrics.Measures;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {

    private static final String OPEN_METRICS =
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3";

    private final Exposition exposition = new Exposition();

    private List<String> lines(String accept) {
        return new String(exposition.write(Example.measures(), accept).body(), UTF_8)
                .lines()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", OPEN_METRICS})
    void valuesAreWrittenWithTheirLabels(String accept) {
        assertThat(lines(accept))
                .contains(
                        "godwit_build_info{version=\"1.2.3\"} 1",
                        "godwit_uptime_seconds 1.5",
                        "godwit_packets_total{direction=\"received\",type=\"publish\"} 8.0",
                        "godwit_packet_bytes_total{direction=\"received\",type=\"publish\"} 800.0",
                        "godwit_publishes_total{direction=\"sent\",qos=\"2\"} 9.0",
                        "godwit_copies_begun_total{origin=\"will\"} 2.0",
                        "godwit_copies_dropped_total{reason=\"expired\"} 0.0",
                        "godwit_copies_dropped_total{reason=\"queue_full\"} 7.0",
                        "godwit_books_residual 1.0",
                        "godwit_store_accepts 1.0",
                        "godwit_tls_handshakes_total{listener=\"tls\",outcome=\"failed\"} 16.0",
                        "godwit_tls_handshakes_total{listener=\"tls\",outcome=\"done\"} 15.0");
    }

    @Test
    void histogramsAreCumulative() {
        assertThat(lines("*/*"))
                .containsSubsequence(
                        "# TYPE godwit_loop_lag_seconds histogram",
                        "godwit_loop_lag_seconds_bucket{loop=\"1\",le=\"0.5\"} 1",
                        "godwit_loop_lag_seconds_bucket{loop=\"1\",le=\"1.0\"} 3",
                        "godwit_loop_lag_seconds_bucket{loop=\"1\",le=\"+Inf\"} 7",
                        "godwit_loop_lag_seconds_count{loop=\"1\"} 7",
                        "godwit_loop_lag_seconds_sum{loop=\"1\"} 9.5");
    }

    /** A certificate may say of itself what it likes. */
    @Test
    void labelsAreQuoted() {
        assertThat(lines("*/*"))
                .contains(
                        "godwit_certificate_expiry_timestamp_seconds"
                                + "{listener=\"tls\",subject=\"CN=\\\"a\\\\b\\\"\\n\"} 2.0E9");
    }

    @Test
    void theFormatIsTheOneThatIsAskedFor() {
        Written text = exposition.write(Example.measures(), null);
        assertThat(text.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        Written open = exposition.write(Example.measures(), OPEN_METRICS);
        assertThat(open.contentType())
                .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(lines(OPEN_METRICS)).endsWith("# EOF");
        assertThat(lines("*/*")).doesNotContain("# EOF");
    }

    @Test
    void theJavaMachineIsIncluded() {
        assertThat(lines("*/*"))
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"} "))
                .anyMatch(line -> line.startsWith("process_cpu_seconds_total "));
    }

    @Test
    void nothingIsSaidOfAStoreInMemory() {
        Measures all = Example.measures();
        Measures inMemory =
                new Measures(
                        all.version(),
                        all.stats(),
                        all.books(),
                        all.packets(),
                        all.publishes(),
                        all.lags(),
                        null,
                        List.of(),
                        List.of());
        String text = new String(exposition.write(inMemory, null).body(), UTF_8);
        assertThat(text).contains("godwit_connections ").doesNotContain("godwit_store_");
    }

    @Test
    void aCounterIsCalledTotal() {
        assertThatThrownBy(() -> Family.counter("godwit_x", "x", _ -> 0))
                .hasMessageContaining("_total");
    }
}
