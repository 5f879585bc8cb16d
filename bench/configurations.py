"""How each broker is configured: anonymous clients on loopback, and queues that don't overflow.

In a template {port} and {data} (the data directory) stand for what the broker is given, {durable} for
how it is told to keep sessions and messages in memory or on disk.
"""

GODWIT = """\
admin {{ enabled = false }}
listeners {{ tcp {{ type = tcp, bind = "127.0.0.1", port = {port} }} }}
authentication {{ anonymous = true }}
limits {{ session {{ in-flight = 1000 }} }}
"""
MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 1000000
max_inflight_messages 1000
log_type error
{durable}
"""
HIVEMQ = """\
<hivemq>
  <listeners>
    <tcp-listener><port>{port}</port><bind-address>127.0.0.1</bind-address></tcp-listener>
  </listeners>
  <mqtt>
    <queued-messages><max-queue-size>1000000</max-queue-size></queued-messages>
    <receive-maximum><server-receive-maximum>1000</server-receive-maximum></receive-maximum>
  </mqtt>
  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
  <persistence><mode>{durable}</mode></persistence>
</hivemq>
"""
MOQUETTE = """\
host 127.0.0.1
port {port}
allow_anonymous true
telemetry_enabled false
netty.tcp_nodelay true
netty.mqtt.message_size 2000000
session_queue_size 100000
persistence_enabled {durable}
data_path {data}
"""
ARTEMIS = """\
<configuration xmlns="urn:activemq">
  <core xmlns="urn:activemq:core">
    <security-enabled>false</security-enabled>
    <persistence-enabled>{durable}</persistence-enabled>
    <journal-type>NIO</journal-type>
    <journal-directory>{data}/journal</journal-directory>
    <bindings-directory>{data}/bindings</bindings-directory>
    <paging-directory>{data}/paging</paging-directory>
    <large-messages-directory>{data}/large</large-messages-directory>
    <max-disk-usage>100</max-disk-usage>
    <acceptors>
      <acceptor name="mqtt">tcp://127.0.0.1:{port}?protocols=MQTT</acceptor>
    </acceptors>
  </core>
</configuration>
"""
# The template, the name of the file, and what {durable} is in memory and on disk. Godwit's durability is
# a setting of its own (PERSISTENCE in brokers.py). Without `user` mosquitto, started by root, becomes a
# user who can't write to the data directory.
TEMPLATES = {
    "godwit": (GODWIT, "godwit.conf", "", ""),
    "mosquitto": (
        MOSQUITTO,
        "mosquitto.conf",
        "persistence false",
        "persistence true\npersistence_location {data}/\nuser root",
    ),
    "hivemq": (HIVEMQ, "config.xml", "in-memory", "file"),
    "moquette": (MOQUETTE, "moquette.conf", "false", "true"),
    "artemis": (ARTEMIS, "broker.xml", "false", "true"),
}
TITLES = {
    "godwit": "Godwit",
    "mosquitto": "mosquitto",
    "hivemq": "HiveMQ CE",
    "moquette": "Moquette",
    "artemis": "ActiveMQ Artemis",
}


def configuration(name, port, data, durable):
    """The name and the text of the configuration file of a broker."""
    template, file, in_memory, on_disk = TEMPLATES[name]
    kept = (on_disk if durable else in_memory).format(data=data)
    return file, template.format(port=port, data=data, durable=kept)
