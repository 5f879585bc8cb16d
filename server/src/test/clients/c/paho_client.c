/* Paho C (its asynchronous interface), driven line by line; ProcessLibrary says how the lines look. */

#include <MQTTAsync.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CONNECTIONS = 1000, MAX_FIELDS = 64, PATIENCE_SECONDS = 15 };

/* The fields of a command, pointing into its line. */
struct fields {
    int count;
    char *values[MAX_FIELDS];
};

struct connection {
    MQTTAsync client;
    int number;
    int v5;
};

static struct connection connections[MAX_CONNECTIONS];

/* A file with the authority of the broker's certificate; NULL without TLS. */
static const char *authority;

/* ---- lines ---- */

static const char *text(const struct fields *fields, const char *key)
{
    size_t length = strlen(key);
    for (int i = 0; i < fields->count; i++)
        if (strncmp(fields->values[i], key, length) == 0 && fields->values[i][length] == '=')
            return fields->values[i] + length + 1;
    return NULL;
}

static int number(const struct fields *fields, const char *key, int otherwise)
{
    const char *value = text(fields, key);
    return value == NULL ? otherwise : (int)strtol(value, NULL, 10);
}

/* The value of prefix followed by key. */
static const char *prefixed(const struct fields *fields, const char *prefix, const char *key)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s", prefix, key);
    return text(fields, name);
}

static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    flockfile(stdout);
    vprintf(format, arguments);
    putchar('\n');
    fflush(stdout);
    funlockfile(stdout);
    va_end(arguments);
}

static void put_hex(const char *bytes, int length)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < length; i++) {
        putchar_unlocked(digits[(unsigned char)bytes[i] >> 4]);
        putchar_unlocked(digits[bytes[i] & 15]);
    }
}

static int digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Decodes into memory that the caller frees. */
static char *from_hex(const char *hex, int *length)
{
    *length = (int)(strlen(hex) / 2);
    char *bytes = malloc((size_t)*length + 1);
    for (int i = 0; i < *length; i++)
        bytes[i] = (char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    return bytes;
}

/* ---- properties ---- */

static void add_number(MQTTProperties *properties, enum MQTTPropertyCodes code, const char *value)
{
    if (value == NULL)
        return;
    MQTTProperty property = {.identifier = code};
    unsigned long n = strtoul(value, NULL, 10);
    switch (MQTTProperty_getType(code)) {
    case MQTTPROPERTY_TYPE_BYTE:
        property.value.byte = (unsigned char)n;
        break;
    case MQTTPROPERTY_TYPE_TWO_BYTE_INTEGER:
        property.value.integer2 = (unsigned short)n;
        break;
    default:
        property.value.integer4 = (unsigned int)n;
    }
    MQTTProperties_add(properties, &property);
}

static void add_bytes(MQTTProperties *properties, enum MQTTPropertyCodes code, const char *bytes,
                      int length)
{
    MQTTProperty property = {.identifier = code};
    property.value.data.data = (char *)bytes;
    property.value.data.len = length;
    MQTTProperties_add(properties, &property);
}

static void add_text(MQTTProperties *properties, enum MQTTPropertyCodes code, const char *value)
{
    if (value != NULL)
        add_bytes(properties, code, value, (int)strlen(value));
}

static void add_user(MQTTProperties *properties, const char *user)
{
    MQTTProperty property = {.identifier = MQTTPROPERTY_CODE_USER_PROPERTY};
    const char *colon = strchr(user, ':');
    property.value.data.data = (char *)user;
    property.value.data.len = (int)(colon - user);
    property.value.value.data = (char *)colon + 1;
    property.value.value.len = (int)strlen(colon + 1);
    MQTTProperties_add(properties, &property);
}

static void add_message_properties(MQTTProperties *properties, const struct fields *fields,
                                   const char *prefix)
{
    char user[64];
    int length = snprintf(user, sizeof user, "%suser=", prefix);
    for (int i = 0; i < fields->count; i++)
        if (strncmp(fields->values[i], user, (size_t)length) == 0)
            add_user(properties, fields->values[i] + length);
    add_text(properties, MQTTPROPERTY_CODE_CONTENT_TYPE, prefixed(fields, prefix, "content-type"));
    add_text(properties, MQTTPROPERTY_CODE_RESPONSE_TOPIC,
             prefixed(fields, prefix, "response-topic"));
    const char *correlation = prefixed(fields, prefix, "correlation");
    if (correlation != NULL) {
        int size;
        char *bytes = from_hex(correlation, &size);
        add_bytes(properties, MQTTPROPERTY_CODE_CORRELATION_DATA, bytes, size);
        free(bytes);
    }
    add_number(properties, MQTTPROPERTY_CODE_PAYLOAD_FORMAT_INDICATOR,
               prefixed(fields, prefix, "format"));
    add_number(properties, MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL,
               prefixed(fields, prefix, "message-expiry"));
    add_number(properties, MQTTPROPERTY_CODE_WILL_DELAY_INTERVAL, prefixed(fields, prefix, "delay"));
    add_number(properties, MQTTPROPERTY_CODE_TOPIC_ALIAS, prefixed(fields, prefix, "alias"));
}

/* Prints a property of a received message as a field. */
static void put_property(const MQTTProperty *property)
{
    MQTTLenString data = property->value.data;
    switch (property->identifier) {
    case MQTTPROPERTY_CODE_USER_PROPERTY:
        printf("\tuser=%.*s:%.*s", data.len, data.data, property->value.value.len,
               property->value.value.data);
        break;
    case MQTTPROPERTY_CODE_CONTENT_TYPE:
        printf("\tcontent-type=%.*s", data.len, data.data);
        break;
    case MQTTPROPERTY_CODE_RESPONSE_TOPIC:
        printf("\tresponse-topic=%.*s", data.len, data.data);
        break;
    case MQTTPROPERTY_CODE_CORRELATION_DATA:
        printf("\tcorrelation=");
        put_hex(data.data, data.len);
        break;
    case MQTTPROPERTY_CODE_PAYLOAD_FORMAT_INDICATOR:
        printf("\tformat=%d", property->value.byte);
        break;
    case MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL:
        printf("\tmessage-expiry=%u", property->value.integer4);
        break;
    case MQTTPROPERTY_CODE_SUBSCRIPTION_IDENTIFIER:
        printf("\tsubscription-id=%u", property->value.integer4);
        break;
    default:
        break;
    }
}

/* ---- what Paho calls, in threads of its own ---- */

static int on_message(void *context, char *topic, int length, MQTTAsync_message *message)
{
    struct connection *connection = context;
    int size = length > 0 ? length : (int)strlen(topic);
    flockfile(stdout);
    printf("message\t%d\ttopic=%.*s\tqos=%d\tretain=%d\tpayload=", connection->number, size, topic,
           message->qos, message->retained);
    put_hex(message->payload, message->payloadlen);
    for (int i = 0; i < message->properties.count; i++)
        put_property(&message->properties.array[i]);
    putchar('\n');
    fflush(stdout);
    funlockfile(stdout);
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
}

static void on_lost(void *context, char *cause)
{
    struct connection *connection = context;
    (void)cause;
    say("lost\t%d\tcode=0", connection->number);
}

/* The server sent a DISCONNECT. */
static void on_disconnected(void *context, MQTTProperties *properties, enum MQTTReasonCodes reason)
{
    struct connection *connection = context;
    MQTTProperty *why = MQTTProperties_getProperty(properties, MQTTPROPERTY_CODE_REASON_STRING);
    say("lost\t%d\tcode=%d\twhy=%.*s", connection->number, reason,
        why == NULL ? 0 : why->value.data.len, why == NULL ? "" : why->value.data.data);
}

static void on_connected(void *context, MQTTAsync_successData *response)
{
    struct connection *connection = context;
    say("ok\t%d\tpresent=%d", connection->number, response->alt.connect.sessionPresent);
}

static void on_connected_v5(void *context, MQTTAsync_successData5 *response)
{
    struct connection *connection = context;
    int present = response->alt.connect.sessionPresent;
    MQTTProperty *assigned = MQTTProperties_getProperty(
        &response->properties, MQTTPROPERTY_CODE_ASSIGNED_CLIENT_IDENTIFER);
    if (assigned == NULL)
        say("ok\t%d\tpresent=%d", connection->number, present);
    else
        say("ok\t%d\tpresent=%d\tassigned=%.*s", connection->number, present,
            assigned->value.data.len, assigned->value.data.data);
}

static void on_subscribed(void *context, MQTTAsync_successData *response)
{
    struct connection *connection = context;
    say("ok\t%d\tcode=%d", connection->number, response->alt.qos);
}

static void on_done(void *context, MQTTAsync_successData *response)
{
    struct connection *connection = context;
    (void)response;
    say("ok\t%d\tcode=0", connection->number);
}

static void on_done_v5(void *context, MQTTAsync_successData5 *response)
{
    struct connection *connection = context;
    say("ok\t%d\tcode=%d", connection->number, response->reasonCode);
}

static void on_failure(void *context, MQTTAsync_failureData *response)
{
    struct connection *connection = context;
    say("failed\t%d\twhy=code %d", connection->number, response->code);
}

static void on_failure_v5(void *context, MQTTAsync_failureData5 *response)
{
    struct connection *connection = context;
    say("failed\t%d\twhy=reason code %d, code %d", connection->number, response->reasonCode,
        response->code);
}

static MQTTAsync_responseOptions answering(struct connection *connection,
                                           MQTTAsync_onSuccess *on_success)
{
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    options.context = connection;
    if (connection->v5) {
        options.onSuccess5 = on_done_v5;
        options.onFailure5 = on_failure_v5;
    } else {
        options.onSuccess = on_success;
        options.onFailure = on_failure;
    }
    return options;
}

/* ---- commands; Paho's threads answer, unless a command itself returns an error ---- */

static int create(struct connection *connection, const struct fields *fields)
{
    char uri[256];
    snprintf(uri, sizeof uri, "%s://%s:%s", authority == NULL ? "tcp" : "ssl",
             text(fields, "host"), text(fields, "port"));
    MQTTAsync_createOptions options = MQTTAsync_createOptions_initializer;
    options.MQTTVersion = number(fields, "version", 0);
    connection->v5 = options.MQTTVersion == MQTTVERSION_5;
    int rc = MQTTAsync_createWithOptions(&connection->client, uri, text(fields, "id"),
                                         MQTTCLIENT_PERSISTENCE_NONE, NULL, &options);
    if (rc != MQTTASYNC_SUCCESS)
        return rc;
    MQTTAsync_setCallbacks(connection->client, connection, on_lost, on_message, NULL);
    if (connection->v5)
        MQTTAsync_setDisconnected(connection->client, connection, on_disconnected);
    return MQTTASYNC_SUCCESS;
}

static MQTTAsync_SSLOptions trusting(void)
{
    MQTTAsync_SSLOptions options = MQTTAsync_SSLOptions_initializer;
    options.trustStore = authority;
    options.enableServerCertAuth = 1;
    options.verify = 1;
    return options;
}

static int connect_v3(struct connection *connection, const struct fields *fields,
                      MQTTAsync_willOptions *will)
{
    MQTTAsync_SSLOptions tls = trusting();
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer;
    options.MQTTVersion = number(fields, "version", 0);
    options.connectTimeout = PATIENCE_SECONDS;
    options.cleansession = number(fields, "clean", 1);
    options.will = will;
    options.ssl = authority == NULL ? NULL : &tls;
    options.context = connection;
    options.onSuccess = on_connected;
    options.onFailure = on_failure;
    return MQTTAsync_connect(connection->client, &options);
}

static int connect_v5(struct connection *connection, const struct fields *fields,
                      MQTTAsync_willOptions *will)
{
    MQTTProperties properties = MQTTProperties_initializer;
    MQTTProperties will_properties = MQTTProperties_initializer;
    MQTTAsync_SSLOptions tls = trusting();
    add_number(&properties, MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, text(fields, "expiry"));
    add_number(&properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM, text(fields, "receive-maximum"));
    add_number(&properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE,
               text(fields, "maximum-packet-size"));
    add_number(&properties, MQTTPROPERTY_CODE_TOPIC_ALIAS_MAXIMUM,
               text(fields, "topic-alias-maximum"));
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer5;
    options.connectTimeout = PATIENCE_SECONDS;
    options.cleanstart = number(fields, "clean", 1);
    options.connectProperties = &properties;
    if (will != NULL) {
        add_message_properties(&will_properties, fields, "will-");
        options.will = will;
        options.willProperties = &will_properties;
    }
    options.ssl = authority == NULL ? NULL : &tls;
    options.context = connection;
    options.onSuccess5 = on_connected_v5;
    options.onFailure5 = on_failure_v5;
    int rc = MQTTAsync_connect(connection->client, &options);
    MQTTProperties_free(&properties);
    MQTTProperties_free(&will_properties);
    return rc;
}

static int do_connect(struct connection *connection, const struct fields *fields)
{
    MQTTAsync_willOptions will = MQTTAsync_willOptions_initializer;
    int has_will = text(fields, "will-topic") != NULL;
    int rc = create(connection, fields);
    if (rc != MQTTASYNC_SUCCESS)
        return rc;
    char *payload = NULL;
    if (has_will) {
        payload = from_hex(text(fields, "will-payload"), &will.payload.len);
        will.payload.data = payload;
        will.topicName = text(fields, "will-topic");
        will.qos = number(fields, "will-qos", 0);
        will.retained = number(fields, "will-retain", 0);
    }
    rc = (connection->v5 ? connect_v5 : connect_v3)(connection, fields, has_will ? &will : NULL);
    free(payload);
    return rc;
}

static int do_subscribe(struct connection *connection, const struct fields *fields)
{
    MQTTAsync_responseOptions options = answering(connection, on_subscribed);
    if (connection->v5) {
        options.subscribeOptions.noLocal = (unsigned char)number(fields, "no-local", 0);
        options.subscribeOptions.retainAsPublished =
            (unsigned char)number(fields, "retain-as-published", 0);
        options.subscribeOptions.retainHandling =
            (unsigned char)number(fields, "retain-handling", 0);
        add_number(&options.properties, MQTTPROPERTY_CODE_SUBSCRIPTION_IDENTIFIER,
                   text(fields, "subscription-id"));
    }
    int rc = MQTTAsync_subscribe(connection->client, text(fields, "filter"),
                                 number(fields, "qos", 0), &options);
    MQTTProperties_free(&options.properties);
    return rc;
}

static int do_unsubscribe(struct connection *connection, const struct fields *fields)
{
    MQTTAsync_responseOptions options = answering(connection, on_done);
    return MQTTAsync_unsubscribe(connection->client, text(fields, "filter"), &options);
}

static int do_publish(struct connection *connection, const struct fields *fields)
{
    MQTTAsync_responseOptions options = answering(connection, on_done);
    MQTTAsync_message message = MQTTAsync_message_initializer;
    message.payload = from_hex(text(fields, "payload"), &message.payloadlen);
    message.qos = number(fields, "qos", 0);
    message.retained = number(fields, "retain", 0);
    if (connection->v5)
        add_message_properties(&message.properties, fields, "");
    int rc = MQTTAsync_sendMessage(connection->client, text(fields, "topic"), &message, &options);
    MQTTProperties_free(&message.properties);
    free(message.payload);
    return rc;
}

static int do_disconnect(struct connection *connection, const struct fields *fields)
{
    MQTTAsync_disconnectOptions v3 = MQTTAsync_disconnectOptions_initializer;
    MQTTAsync_disconnectOptions v5 = MQTTAsync_disconnectOptions_initializer5;
    MQTTAsync_disconnectOptions options = connection->v5 ? v5 : v3;
    options.context = connection;
    if (connection->v5) {
        options.onSuccess5 = on_done_v5;
        options.onFailure5 = on_failure_v5;
        add_number(&options.properties, MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL,
                   text(fields, "expiry"));
    } else {
        options.onSuccess = on_done;
        options.onFailure = on_failure;
    }
    int rc = MQTTAsync_disconnect(connection->client, &options);
    MQTTProperties_free(&options.properties);
    return rc;
}

static int do_close(struct connection *connection, const struct fields *fields)
{
    /* Freeing the client would wait for Paho's threads; the process ends soon. */
    (void)fields;
    say("ok\t%d", connection->number);
    return MQTTASYNC_SUCCESS;
}

static const struct {
    const char *word;
    int (*act)(struct connection *, const struct fields *);
} commands[] = {
    {"connect", do_connect},     {"subscribe", do_subscribe},   {"unsubscribe", do_unsubscribe},
    {"publish", do_publish},     {"disconnect", do_disconnect}, {"close", do_close},
};

static void obey(char *line)
{
    struct fields fields = {0};
    char *word = strsep(&line, "\t");
    int connection = (int)strtol(strsep(&line, "\t"), NULL, 10);
    while (line != NULL && fields.count < MAX_FIELDS)
        fields.values[fields.count++] = strsep(&line, "\t");
    if (connection <= 0 || connection >= MAX_CONNECTIONS) {
        say("failed\t%d\twhy=there is no such connection", connection);
        return;
    }
    connections[connection].number = connection;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(word, commands[i].word) == 0) {
            int rc = commands[i].act(&connections[connection], &fields);
            if (rc != MQTTASYNC_SUCCESS)
                say("failed\t%d\twhy=Paho returned %d", connection, rc);
            return;
        }
    say("failed\t%d\twhy=there is no such command", connection);
}

int main(int count, char **arguments)
{
    char *line = NULL;
    size_t capacity = 0;
    if (count > 1)
        authority = arguments[1];
    say("ready\t0");
    for (ssize_t length; (length = getline(&line, &capacity, stdin)) > 0;) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        obey(line);
    }
    free(line);
    return 0;
}
