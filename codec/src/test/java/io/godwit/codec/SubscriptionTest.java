package io.godwit.codec;

import static io.godwit.codec.WireCases.verify;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.spec.Spec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK on the wire (§3.8 to §3.11). */
class SubscriptionTest {

    @Test
    void subscribeIsTaken() throws PacketException {
        verify("SUBSCRIBE");
        verify("SUBSCRIBE cut short");
    }

    @Spec({"v5 MQTT-3.8.3-1", "v3 MQTT-3.8.3-1"})
    @Test
    void filtersAreUtf8() throws PacketException {
        verify("SUBSCRIBE whose filter is not UTF-8");
        verify("SUBSCRIBE whose filter is not valid");
    }

    @Spec({"v5 MQTT-3.8.3-2", "v3 MQTT-3.8.3-3"})
    @Test
    void subscribeHasAFilter() throws PacketException {
        verify("SUBSCRIBE without a filter");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PacketEncoder.encodedSize(new Subscribe(1, List.of()), ProtocolVersion.V5));
    }

    @Spec("v5 MQTT-3.8.3-4")
    @Test
    void noLocalOnASharedSubscriptionIsRefused() throws PacketException {
        verify("SUBSCRIBE with No Local on a shared subscription");
        SubscriptionRequest request =
                new SubscriptionRequest(
                        WireCases.filter("$share/n/a"), 0, true, false, RetainHandling.SEND);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PacketEncoder.encodedSize(
                                new Subscribe(1, List.of(request)), ProtocolVersion.V5));
    }

    @Spec("v5 MQTT-3.8.3-5")
    @Test
    void reservedOptionsAreRefused() throws PacketException {
        verify("SUBSCRIBE with reserved options");
    }

    @Spec("v3 MQTT-3.8.3-4")
    @Test
    void reservedBitsOfTheQosByteAreRefused() throws PacketException {
        verify("SUBSCRIBE with a reserved QoS byte");
    }

    @Test
    void optionsWithoutMeaningAreRefused() throws PacketException {
        verify("SUBSCRIBE with QoS 3");
        verify("SUBSCRIBE with Retain Handling 3");
    }

    @Spec({"v5 MQTT-3.10.3-1", "v3 MQTT-3.10.3-1"})
    @Test
    void filtersOfUnsubscribeAreUtf8() throws PacketException {
        verify("UNSUBSCRIBE");
        verify("UNSUBSCRIBE whose filter is not UTF-8");
    }

    @Spec({"v5 MQTT-3.10.3-2", "v3 MQTT-3.10.3-2"})
    @Test
    void unsubscribeHasAFilter() throws PacketException {
        verify("UNSUBSCRIBE without a filter");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PacketEncoder.encodedSize(
                                new Unsubscribe(1, List.of()), ProtocolVersion.V5));
    }

    @Test
    void acknowledgementsAreTaken() throws PacketException {
        verify("SUBACK");
        verify("UNSUBACK");
    }
}
