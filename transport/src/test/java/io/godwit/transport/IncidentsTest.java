package io.godwit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IncidentsTest {

    @Test
    void whatStrangersSendIsOneLine() {
        assertThat(Incidents.line("a\nb\u001b[2Jc\u009b2Jd\u2028e\u2029f\u202eg\u0085h"))
                .isEqualTo("a?b?[2Jc?2Jd?e?f?g?h");
        String face = "\ud83d\ude00";
        assertThat(Incidents.line("x".repeat(398) + face)).isEqualTo("x".repeat(398) + face);
        assertThat(Incidents.line("x".repeat(399) + face)).isEqualTo("x".repeat(399) + "?...");
    }
}
