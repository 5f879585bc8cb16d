package io.godwit.broker.trace;

import io.godwit.codec.Acknowledgement;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Properties;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import io.godwit.codec.UserProperty;
import io.godwit.codec.Utf8;
import io.godwit.codec.Will;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What stands in a packet, by the specification's names: texts, numbers, true and false, lists and
 * maps of these, and bytes in Base64.
 */
final class PacketFields {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    private PacketFields() {}

    static Map<String, Object> of(Packet packet) {
        PacketFields all = new PacketFields();
        all.read(packet);
        return all.fields;
    }

    private void read(Packet packet) {
        switch (packet) {
            case Connect connect -> connect(connect);
            case ConnAck ack -> {
                fields.put("sessionPresent", ack.sessionPresent());
                answered(ack.reasonCode(), ack.properties());
            }
            case Publish publish -> publish(publish);
            case Acknowledgement ack -> {
                fields.put("packetId", ack.packetId());
                answered(ack.reasonCode(), ack.properties());
            }
            case Subscribe subscribe -> {
                fields.put("packetId", subscribe.packetId());
                fields.put(
                        "subscriptions",
                        subscribe.requests().stream().map(PacketFields::request).toList());
                properties(subscribe.properties());
            }
            case SubAck ack -> results(ack.packetId(), ack.reasonCodes(), ack.properties());
            case Unsubscribe unsubscribe -> {
                fields.put("packetId", unsubscribe.packetId());
                fields.put(
                        "filters", unsubscribe.filters().stream().map(Object::toString).toList());
                properties(unsubscribe.properties());
            }
            case UnsubAck ack -> results(ack.packetId(), ack.reasonCodes(), ack.properties());
            case Disconnect end -> answered(end.reasonCode(), end.properties());
            case Auth auth -> answered(auth.reasonCode(), auth.properties());
            case PingReq _, PingResp _ -> {}
        }
    }

    private void connect(Connect connect) {
        fields.put("clientId", connect.clientId());
        fields.put("cleanStart", connect.cleanStart());
        fields.put("keepAlive", connect.keepAlive());
        if (connect.userName() != null) {
            fields.put("userName", connect.userName());
        }
        fields.put("password", connect.password() != null);
        Will will = connect.will();
        if (will != null) {
            PacketFields inside = new PacketFields();
            inside.fields.put("topic", will.topic().toString());
            inside.fields.put("qos", will.qos());
            inside.fields.put("retain", will.retain());
            inside.payload(will.payload());
            inside.properties(will.properties());
            fields.put("will", inside.fields);
        }
        properties(connect.properties());
    }

    private void publish(Publish publish) {
        fields.put("topic", publish.topic().toString());
        fields.put("qos", publish.qos());
        fields.put("retain", publish.retain());
        fields.put("dup", publish.dup());
        if (publish.qos() > 0) {
            fields.put("packetId", publish.packetId());
        }
        payload(publish.payload());
        properties(publish.properties());
    }

    private void payload(byte[] payload) {
        fields.put("payload", Base64.getEncoder().encodeToString(payload));
    }

    private void answered(ReasonCode reasonCode, Properties properties) {
        fields.put("reasonCode", reasonCode.toString());
        properties(properties);
    }

    private void results(int packetId, List<ReasonCode> reasonCodes, Properties properties) {
        fields.put("packetId", packetId);
        fields.put("reasonCodes", reasonCodes.stream().map(ReasonCode::toString).toList());
        properties(properties);
    }

    private static Map<String, Object> request(SubscriptionRequest request) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("filter", request.filter().toString());
        fields.put("qos", request.maximumQos());
        fields.put("noLocal", request.noLocal());
        fields.put("retainAsPublished", request.retainAsPublished());
        fields.put("retainHandling", request.retainHandling().toString());
        return fields;
    }

    /** In their order, which counts for user properties. */
    private void properties(Properties properties) {
        if (properties.isEmpty()) {
            return;
        }
        fields.put(
                "properties",
                IntStream.range(0, properties.size())
                        .mapToObj(i ->
                                List.of(properties.key(i).toString(), value(properties.value(i))))
                        .toList());
    }

    private static Object value(Object value) {
        return switch (value) {
            case Binary(byte[] bytes) -> Base64.getEncoder().encodeToString(bytes);
            case UserProperty user -> List.of(user.name(), user.value());
            case Number number -> number;
            case Boolean is -> is;
            default -> value.toString();
        };
    }

    /** A line for people: what counts most, in few words, with names quoted. */
    static String line(Packet packet) {
        return switch (packet) {
            case Connect it ->
                    "%s, clean start %b, keep alive %d s, as %s"
                            .formatted(
                                    Utf8.quote(it.clientId()),
                                    it.cleanStart(),
                                    it.keepAlive(),
                                    it.userName() == null ? "nobody" : Utf8.quote(it.userName()));
            case ConnAck it -> it.reasonCode() + (it.sessionPresent() ? ", session present" : "");
            case Publish it ->
                    "%s, QoS %d%s%s%s, %d bytes"
                            .formatted(
                                    Utf8.quote(it.topic().bytes()),
                                    it.qos(),
                                    it.qos() > 0 ? ", packet " + it.packetId() : "",
                                    it.retain() ? ", retain" : "",
                                    it.dup() ? ", dup" : "",
                                    it.payload().length);
            case Acknowledgement it -> numbered(it.packetId(), it.reasonCode());
            case Subscribe it ->
                    numbered(
                            it.packetId(),
                            it.requests().stream()
                                    .map(request ->
                                            "%s at QoS %d"
                                                    .formatted(
                                                            Utf8.quote(request.filter().toString()),
                                                            request.maximumQos()))
                                    .toList());
            case SubAck it -> numbered(it.packetId(), it.reasonCodes());
            case Unsubscribe it ->
                    numbered(
                            it.packetId(),
                            it.filters().stream()
                                    .map(filter -> Utf8.quote(filter.toString()))
                                    .toList());
            case UnsubAck it -> numbered(it.packetId(), it.reasonCodes());
            case Disconnect it -> it.reasonCode().toString();
            case Auth it -> it.reasonCode().toString();
            case PingReq _, PingResp _ -> "";
        };
    }

    private static String numbered(int packetId, Object what) {
        return "packet " + packetId + ", " + what;
    }
}
