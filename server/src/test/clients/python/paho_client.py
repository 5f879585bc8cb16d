"""Paho Python, driven line by line; ProcessLibrary says how the lines look."""

import sys
import threading

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

PATIENCE_SECONDS = 15

# The transport (tcp or websockets), and a file with the authority of the broker's certificate.
TRANSPORT = sys.argv[1] if len(sys.argv) > 1 else "tcp"
AUTHORITY = sys.argv[2] if len(sys.argv) > 2 else None

out_lock = threading.Lock()


def say(*fields):
    with out_lock:
        sys.stdout.write("\t".join(fields) + "\n")
        sys.stdout.flush()


class Fields:
    """The key=value fields of a command."""

    def __init__(self, values):
        self.pairs = [value.split("=", 1) for value in values]

    def all(self, key):
        return [value for name, value in self.pairs if name == key]

    def text(self, key):
        values = self.all(key)
        return values[0] if values else None

    def number(self, key, otherwise=None):
        value = self.text(key)
        return otherwise if value is None else int(value)


def message_properties(packet_type, fields, prefix=""):
    properties = Properties(packet_type)
    for user in fields.all(prefix + "user"):
        properties.UserProperty = tuple(user.split(":", 1))
    if fields.text(prefix + "content-type") is not None:
        properties.ContentType = fields.text(prefix + "content-type")
    if fields.text(prefix + "response-topic") is not None:
        properties.ResponseTopic = fields.text(prefix + "response-topic")
    if fields.text(prefix + "correlation") is not None:
        properties.CorrelationData = bytes.fromhex(fields.text(prefix + "correlation"))
    if fields.number(prefix + "format") is not None:
        properties.PayloadFormatIndicator = fields.number(prefix + "format")
    if fields.number(prefix + "message-expiry") is not None:
        properties.MessageExpiryInterval = fields.number(prefix + "message-expiry")
    if fields.number(prefix + "delay") is not None:
        properties.WillDelayInterval = fields.number(prefix + "delay")
    if fields.number(prefix + "alias") is not None:
        properties.TopicAlias = fields.number(prefix + "alias")
    return properties


def property_fields(properties):
    """The fields of a received message's properties."""
    fields = []
    for name, value in getattr(properties, "UserProperty", []):
        fields.append("user=" + name + ":" + value)
    for key, name in (
        ("content-type", "ContentType"),
        ("response-topic", "ResponseTopic"),
        ("format", "PayloadFormatIndicator"),
        ("message-expiry", "MessageExpiryInterval"),
    ):
        if hasattr(properties, name):
            fields.append(key + "=" + str(getattr(properties, name)))
    if hasattr(properties, "CorrelationData"):
        fields.append("correlation=" + properties.CorrelationData.hex())
    for identifier in getattr(properties, "SubscriptionIdentifier", []):
        fields.append("subscription-id=" + str(identifier))
    return fields


class Connection:
    def __init__(self, number, fields):
        self.number = number
        self.v5 = fields.number("version") == paho.MQTTv5
        self.answered = threading.Event()
        self.answer = None
        self.leaving = False
        if self.v5:
            self.client = paho.Client(
                fields.text("id"), protocol=paho.MQTTv5, transport=TRANSPORT
            )
        else:
            self.client = paho.Client(
                fields.text("id"),
                clean_session=fields.number("clean") == 1,
                protocol=fields.number("version"),
                transport=TRANSPORT,
            )
        if TRANSPORT == "websockets":
            self.client.ws_set_options(path="/mqtt")
        if AUTHORITY is not None:
            self.client.tls_set(AUTHORITY)
        self.client.on_connect = self.on_connect
        self.client.on_disconnect = self.on_disconnect
        self.client.on_subscribe = self.on_subscribe
        self.client.on_unsubscribe = lambda *arguments: self.take(None)
        self.client.on_message = self.on_message
        self.set_will(fields)

    def set_will(self, fields):
        if fields.text("will-topic") is None:
            return
        properties = None
        if self.v5:
            properties = message_properties(PacketTypes.WILLMESSAGE, fields, "will-")
        self.client.will_set(
            fields.text("will-topic"),
            bytes.fromhex(fields.text("will-payload")),
            fields.number("will-qos"),
            fields.number("will-retain") == 1,
            properties,
        )

    def connect(self, fields):
        host, port = fields.text("host"), fields.number("port")
        if self.v5:
            properties = Properties(PacketTypes.CONNECT)
            if fields.number("expiry") is not None:
                properties.SessionExpiryInterval = fields.number("expiry")
            if fields.number("receive-maximum") is not None:
                properties.ReceiveMaximum = fields.number("receive-maximum")
            if fields.number("maximum-packet-size") is not None:
                properties.MaximumPacketSize = fields.number("maximum-packet-size")
            clean = fields.number("clean") == 1
            self.client.connect(host, port, clean_start=clean, properties=properties)
        else:
            self.client.connect(host, port)
        # Paho's own loop: beside another one publish() writes too, and two threads that write WebSocket frames at once
        # send some of them twice.
        self.client.loop_start()
        self.loop = self.client._thread
        return self.wait()

    def wait(self):
        if not self.answered.wait(PATIENCE_SECONDS):
            raise TimeoutError("the server did not answer")
        self.answered.clear()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def take(self, answer):
        self.answer = answer
        self.answered.set()

    def on_connect(self, client, userdata, flags, code, properties=None):
        code = code.value if self.v5 else code
        if code != 0:
            self.take(ConnectionRefusedError("CONNACK says %d" % code))
            return
        fields = ["present=%d" % flags["session present"]]
        assigned = getattr(properties, "AssignedClientIdentifier", None)
        if assigned is not None:
            fields.append("assigned=" + assigned)
        self.take(fields)

    def on_disconnect(self, client, userdata, code, properties=None):
        client._thread_terminate = True  # or its loop would connect again
        if not self.leaving:
            # With a DISCONNECT it is a reason code, without one an error number of Paho's.
            reason = code.value if hasattr(code, "value") else 0
            why = getattr(properties, "ReasonString", "")
            say("lost", self.number, "code=%d" % reason, "why=" + why)

    def on_subscribe(self, client, userdata, mid, granted, properties=None):
        self.take(granted[0].value if self.v5 else granted[0])

    def on_message(self, client, userdata, message):
        say(
            "message",
            self.number,
            "topic=" + message.topic,
            "payload=" + message.payload.hex(),
            "qos=%d" % message.qos,
            "retain=%d" % message.retain,
            *property_fields(getattr(message, "properties", None)),
        )

    def subscribe(self, fields):
        filter_ = fields.text("filter")
        if not self.v5:
            self.client.subscribe(filter_, fields.number("qos"))
            return ["code=%d" % self.wait()]
        options = SubscribeOptions(
            fields.number("qos"),
            fields.number("no-local", 0) == 1,
            fields.number("retain-as-published", 0) == 1,
            fields.number("retain-handling", 0),
        )
        properties = Properties(PacketTypes.SUBSCRIBE)
        if fields.number("subscription-id") is not None:
            properties.SubscriptionIdentifier = fields.number("subscription-id")
        self.client.subscribe(filter_, options=options, properties=properties)
        return ["code=%d" % self.wait()]

    def unsubscribe(self, fields):
        self.client.unsubscribe(fields.text("filter"))
        self.wait()
        return []

    def publish(self, fields):
        properties = message_properties(PacketTypes.PUBLISH, fields) if self.v5 else None
        info = self.client.publish(
            fields.text("topic"),
            bytes.fromhex(fields.text("payload")),
            fields.number("qos"),
            fields.number("retain") == 1,
            properties,
        )
        info.wait_for_publish(PATIENCE_SECONDS)
        if not info.is_published():
            raise TimeoutError("the publication was not acknowledged")
        return []

    def disconnect(self, fields):
        self.leaving = True
        if fields.number("expiry") is not None:
            properties = Properties(PacketTypes.DISCONNECT)
            properties.SessionExpiryInterval = fields.number("expiry")
            self.client.disconnect(properties=properties)
        else:
            self.client.disconnect()
        self.loop.join(PATIENCE_SECONDS)
        return []

    def close(self, fields):
        if not self.leaving:
            self.disconnect(fields)
        return []


def main():
    connections = {}
    say("ready", "0")
    for line in sys.stdin:
        word, number, *values = line.rstrip("\n").split("\t")
        fields = Fields(values)
        try:
            if word == "connect":
                connections[number] = Connection(number, fields)
            answer = getattr(connections[number], word)(fields)
            if word == "close":
                del connections[number]
            say("ok", number, *answer)
        except Exception as error:
            say("failed", number, "why=%s: %s" % (type(error).__name__, error))


sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")
main()
