package io.godwit.codec;

import static io.godwit.codec.ReasonCode.PROTOCOL_ERROR;
import static io.godwit.codec.ReasonCode.TOPIC_FILTER_INVALID;

import java.util.List;

/** Wire cases of SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (§3.8 to §3.11). */
final class SubscriptionCases extends WireCases {

    @Override
    void fill() {
        subscribe();
        subscribeOptions();
        filters();
        unsubscribe();
        subAck();
        unsubAck();
    }

    private static SubscriptionRequest request(String filter, int qos) {
        return new SubscriptionRequest(filter(filter), qos);
    }

    private void subscribe() {
        fromClient("SUBSCRIBE");
        same(V3, "82 08 00 0A 00 03 'a/b' 01", new Subscribe(10, List.of(request("a/b", 1))));
        same(
                V3,
                """
                82 L 00 01
                00 01 '#' 00
                00 03 '+/b' 02
                00 0A '$share/n/a' 01
                00 08 '$queue/a' 00
                """,
                new Subscribe(
                        1,
                        List.of(
                                request("#", 0),
                                request("+/b", 2),
                                request("$share/n/a", 1),
                                request("$queue/a", 0))));
        same(
                V5,
                """
                82 L 00 01
                05 0B FF FF FF 7F  # Subscription Identifier
                00 01 'a' 2D       # Retain Handling 2, Retain As Published, No Local, QoS 1
                00 01 'b' 12       # Retain Handling 1, QoS 2
                """,
                new Subscribe(
                        1,
                        List.of(
                                new SubscriptionRequest(
                                        filter("a"), 1, true, true, RetainHandling.DO_NOT_SEND),
                                new SubscriptionRequest(
                                        filter("b"), 2, false, false, RetainHandling.SEND_IF_NEW)),
                        Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 268_435_455)));
        taken(
                V3_1,
                "8A 06 00 01 00 01 'a' FD # DUP and reserved bits, which 3.1 does not use",
                new Subscribe(1, List.of(request("a", 1))));
        fromClient("SUBSCRIBE without a filter");
        refused(V3, "82 02 00 01", PROTOCOL_ERROR, "SUBSCRIBE: it has no topic filter");
        refused(V5, "82 03 00 01 00", PROTOCOL_ERROR, "SUBSCRIBE: it has no topic filter");
        fromClient("SUBSCRIBE cut short");
        malformed(V3, "82 05 00 01 00 01 'a'", "the subscription options runs past the end");
        malformed(V3, "82 05 00 01 00 05 'a'", "the topic filter runs past the end");
        malformed(V5, "82 02 00 01", "the property length runs past the end");
    }

    private void subscribeOptions() {
        fromClient("SUBSCRIBE with reserved options");
        malformed(V5, "82 L 00 01 00 00 01 'a' 40", "reserved subscription options");
        malformed(V5, "82 L 00 01 00 00 01 'a' 80", "reserved subscription options");
        fromClient("SUBSCRIBE with a reserved QoS byte");
        malformed(V3_1_1, "82 L 00 01 00 01 'a' 04", "the requested QoS byte is 0x04");
        malformed(V3_1_1, "82 L 00 01 00 01 'a' 80", "the requested QoS byte is 0x80");
        malformed(V3, "82 L 00 01 00 01 'a' 03", "the requested QoS byte is 0x03");
        fromClient("SUBSCRIBE with QoS 3");
        refused(V5, "82 L 00 01 00 00 01 'a' 03", PROTOCOL_ERROR, "the maximum QoS");
        fromClient("SUBSCRIBE with Retain Handling 3");
        refused(V5, "82 L 00 01 00 00 01 'a' 30", PROTOCOL_ERROR, "the Retain Handling");
        fromClient("SUBSCRIBE with No Local on a shared subscription");
        refused(V5, "82 L 00 01 00 00 0A '$share/n/a' 04", PROTOCOL_ERROR, "No Local is set on");
        refused(V5, "82 L 00 01 00 00 08 '$queue/a' 05", PROTOCOL_ERROR, "No Local is set on");
    }

    private void filters() {
        fromClient("SUBSCRIBE whose filter is not UTF-8");
        malformed(V3, "82 L 00 01 00 02 C1 81 00", "the topic filter is not well-formed");
        malformed(V5, "82 L 00 01 00 00 02 C1 81 00", "the topic filter is not well-formed");
        malformed(V3, "82 L 00 01 00 01 00 00", "the topic filter holds U+0000");
        fromClient("SUBSCRIBE whose filter is not valid");
        malformed(V3, "82 L 00 01 00 00 00", "the topic filter is empty");
        malformed(V5, "82 L 00 01 00 00 00 00", "the topic filter is empty");
        refused(V3, "82 L 00 01 00 02 'a#' 00", TOPIC_FILTER_INVALID, "filter 'a#' is not valid");
        refused(V5, "82 L 00 01 00 00 02 'a+' 00", TOPIC_FILTER_INVALID, "'a+' is not valid");
        refused(
                V5,
                "82 L 00 01 00 00 08 '$share/a' 00",
                TOPIC_FILTER_INVALID,
                "no filter follows its ShareName");
    }

    private void unsubscribe() {
        fromClient("UNSUBSCRIBE");
        same(
                V3,
                "A2 0A 00 01 00 03 'a/b' 00 01 '#'",
                new Unsubscribe(1, List.of(filter("a/b"), filter("#"))));
        same(V5, "A2 06 00 01 00 00 01 'a'", new Unsubscribe(1, List.of(filter("a"))));
        same(
                V5,
                "A2 L 00 01 07 26 00 01 'k' 00 01 'v' 00 0A '$share/n/+'",
                new Unsubscribe(
                        1,
                        List.of(filter("$share/n/+")),
                        Properties.of(Property.USER_PROPERTY, new UserProperty("k", "v"))));
        taken(V3_1, "AA 05 00 01 00 01 'a' # DUP", new Unsubscribe(1, List.of(filter("a"))));
        fromClient("UNSUBSCRIBE without a filter");
        refused(V3, "A2 02 00 01", PROTOCOL_ERROR, "UNSUBSCRIBE: it has no topic filter");
        refused(V5, "A2 03 00 01 00", PROTOCOL_ERROR, "UNSUBSCRIBE: it has no topic filter");
        fromClient("UNSUBSCRIBE whose filter is not UTF-8");
        malformed(V3, "A2 L 00 01 00 01 FF", "the topic filter is not well-formed");
        malformed(V5, "A2 L 00 01 00 00 01 FF", "the topic filter is not well-formed");
    }

    private void subAck() {
        fromServer("SUBACK");
        same(
                V3,
                "90 06 00 01 00 01 02 80",
                new SubAck(
                        1,
                        List.of(
                                ReasonCode.SUCCESS,
                                ReasonCode.GRANTED_QOS_1,
                                ReasonCode.GRANTED_QOS_2,
                                ReasonCode.UNSPECIFIED_ERROR)));
        same(
                V5,
                "90 05 00 01 00 02 9E",
                new SubAck(
                        1,
                        List.of(
                                ReasonCode.GRANTED_QOS_2,
                                ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED)));
        fromServer("reason codes that SUBACK does not have");
        refused(V5, "90 04 00 01 00 03", PROTOCOL_ERROR, "SUBACK: its reason code is 0x03");
        refused(V5, "90 04 00 01 00 11", PROTOCOL_ERROR, "SUBACK: its reason code is 0x11");
        refused(V3, "90 03 00 01 03", PROTOCOL_ERROR, "SUBACK: its reason code is 0x03");
        refused(V3, "90 03 00 01 87", PROTOCOL_ERROR, "SUBACK: its return code is 0x87");
    }

    private void unsubAck() {
        fromServer("UNSUBACK");
        same(V3, "B0 02 00 01", new UnsubAck(1, List.of()));
        same(
                V5,
                "B0 05 00 01 00 00 11",
                new UnsubAck(1, List.of(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED)));
        fromServer("reason codes that UNSUBACK does not have");
        refused(V5, "B0 04 00 01 00 01", PROTOCOL_ERROR, "UNSUBACK: its reason code is 0x01");
        refused(V5, "B0 04 00 01 00 97", PROTOCOL_ERROR, "UNSUBACK: its reason code is 0x97");
    }
}
