/* snload: many devices at once, each with a socket of its own, over MQTT-SN 1.2 (UDP) or MQTT 3.1.1 (TCP).
 *
 * Both do the same: a device connects with a clean session, subscribes to "down/<i>" at QoS 1, and publishes to "up/<i>" at
 * QoS 1, one message at a time, as MQTT-SN wants it. One client of MQTT over TCP is on the other side: it has subscribed to
 * "up/#" at QoS 0, and publishes to the devices at QoS 1. It is a closed loop: at most --window messages are under way.
 * The broker's CPU time and memory are read from /proc, as mqload.c does it.
 *
 *   cc -O2 -o snload snload.c
 *   snload --protocol sn --port 1884 --mqtt-port 1883 --pid PID --clients 10000 --window 100 --seconds 5
 *
 * First --prime devices come and go, so that what the broker needs once is not counted for those that are measured. Memory is
 * read --settle seconds after the last of them is there. What is not answered within a second a device sends again.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *pid = "self";
static bool sn;
static int port, mqtt_port, clients = 10000, prime = 1000, window = 100, size = 64;
static double seconds = 5, warmup = 10, settle = 4;

#define RETRY 1000000000ull /* ns */
#define PATIENCE 60         /* s without any progress */
#define ROOM 65536          /* of the client of MQTT: bytes that have come in part, or are not sent */

enum state { GONE, OPENING, CONNECTING, REGISTERING, SUBSCRIBING, READY };
typedef struct {
    int fd, number;
    enum state state;
    uint16_t topic_id, message_id;
    bool under_way;        /* a message that is not acknowledged */
    uint64_t sent_at;
    uint8_t last[256];     /* what is sent again */
    int last_length;
    uint8_t part[512];     /* of a packet of TCP */
    int part_length;
} device;

static device *all;
static int poller, ready;
static struct { int fd; uint8_t in[ROOM], out[ROOM]; int in_length, out_length; bool connected, subscribed; uint16_t id; } other;
static uint64_t acknowledged, arrived, delivered, published, again;
static int next_up, next_down;

static void die(const char *format, ...) {
    va_list list; va_start(list, format); vfprintf(stderr, format, list); va_end(list); fputc('\n', stderr); exit(2);
}
static uint64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
static double cpu(void) {
    char name[64], line[2048]; unsigned long user, kernel; snprintf(name, sizeof name, "/proc/%s/stat", pid);
    FILE *file = fopen(name, "r"); if (!file || !fgets(line, sizeof line, file)) die("%s is gone", name);
    fclose(file);
    sscanf(strrchr(line, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    return (double)(user + kernel) / sysconf(_SC_CLK_TCK);
}
static double own_cpu(void) {
    struct rusage r; getrusage(RUSAGE_SELF, &r);
    return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}
static double resident(void) { /* bytes */
    char name[64], line[256]; long kilobytes = 0; snprintf(name, sizeof name, "/proc/%s/status", pid);
    FILE *file = fopen(name, "r"); if (!file) die("%s is gone", name);
    while (fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &kilobytes);
    fclose(file);
    return kilobytes * 1024.0;
}

/* --- packets: each writes into `to` and says how long it is ---------------------------------------------------------------- */

static int put16(uint8_t *to, int value) { to[0] = value >> 8; to[1] = value; return 2; }
static int put_text(uint8_t *to, const char *text) { int n = strlen(text); put16(to, n); memcpy(to + 2, text, n); return n + 2; }
static int mqtt_connect(uint8_t *to, const char *id) {
    int n = 2 + put_text(to + 2, "MQTT"); to[n++] = 4; to[n++] = 2; n += put16(to + n, 0); n += put_text(to + n, id);
    to[0] = 0x10; to[1] = n - 2; return n;
}
static int mqtt_subscribe(uint8_t *to, const char *filter, int qos) {
    int n = 2 + put16(to + 2, 1); n += put_text(to + n, filter); to[n++] = qos; to[0] = 0x82; to[1] = n - 2; return n;
}
static int mqtt_publish(uint8_t *to, const char *topic, int id) { /* at QoS 1 */
    int n = 2 + put_text(to + 2, topic); n += put16(to + n, id); memset(to + n, 'x', size); n += size;
    to[0] = 0x32; to[1] = n - 2; return n;
}
static int mqtt_puback(uint8_t *to, int id) { to[0] = 0x40; to[1] = 2; put16(to + 2, id); return 4; }
static int sn_connect(uint8_t *to, const char *id) {
    int n = strlen(id); to[1] = 0x04; to[2] = 0x04; to[3] = 1; put16(to + 4, 0); memcpy(to + 6, id, n); return to[0] = 6 + n;
}
static int sn_register(uint8_t *to, const char *topic) {
    int n = strlen(topic); to[1] = 0x0a; put16(to + 2, 0); put16(to + 4, 1); memcpy(to + 6, topic, n); return to[0] = 6 + n;
}
static int sn_subscribe(uint8_t *to, const char *topic) { /* at QoS 1 */
    int n = strlen(topic); to[1] = 0x12; to[2] = 0x20; put16(to + 3, 2); memcpy(to + 5, topic, n); return to[0] = 5 + n;
}
static int sn_publish(uint8_t *to, int topic_id, int id) { /* at QoS 1 */
    to[1] = 0x0c; to[2] = 0x20; put16(to + 3, topic_id); put16(to + 5, id); memset(to + 7, 'x', size); return to[0] = 7 + size;
}
static int sn_puback(uint8_t *to, const uint8_t *publish) {
    to[1] = 0x0d; memcpy(to + 2, publish + 3, 4); to[6] = 0; return to[0] = 7;
}

/* --- devices --------------------------------------------------------------------------------------------------------------- */

static void transmit(device *d, const uint8_t *bytes, int n) {
    if (send(d->fd, bytes, n, MSG_NOSIGNAL) != n && !sn) die("device %d: cannot send: %s", d->number, strerror(errno));
}
static void ask(device *d, int length) { d->last_length = length; d->sent_at = now(); transmit(d, d->last, length); }
static void publish(device *d) {
    char topic[32]; snprintf(topic, sizeof topic, "up/%d", d->number);
    d->message_id = d->message_id % 65535 + 1; d->under_way = true;
    ask(d, sn ? sn_publish(d->last, d->topic_id, d->message_id) : mqtt_publish(d->last, topic, d->message_id));
}
static void step(device *d) { /* what comes after the answer to what it has asked */
    char text[32];
    switch (++d->state) {
    case CONNECTING: snprintf(text, sizeof text, "d%d", d->number); ask(d, sn ? sn_connect(d->last, text) : mqtt_connect(d->last, text)); return;
    case REGISTERING: if (sn) { snprintf(text, sizeof text, "up/%d", d->number); ask(d, sn_register(d->last, text)); return; } d->state++; /* fall through */
    case SUBSCRIBING: snprintf(text, sizeof text, "down/%d", d->number); ask(d, sn ? sn_subscribe(d->last, text) : mqtt_subscribe(d->last, text, 1)); return;
    default: ready++;
    }
}
static void take_sn(device *d, const uint8_t *m, int n) {
    uint8_t answer[8];
    if (n < 2 || m[0] != n) die("device %d: not a message of MQTT-SN", d->number);
    switch (m[1]) {
    case 0x05: if (d->state == CONNECTING) { if (m[2]) die("device %d is refused: %d", d->number, m[2]); step(d); } return;
    case 0x0b: if (d->state == REGISTERING) { if (m[6]) die("device %d cannot register: %d", d->number, m[6]); d->topic_id = m[2] << 8 | m[3]; step(d); } return;
    case 0x13: if (d->state == SUBSCRIBING) { if (m[7]) die("device %d cannot subscribe: %d", d->number, m[7]); step(d); } return;
    case 0x0d:
        if (!d->under_way || (m[4] << 8 | m[5]) != d->message_id) return;
        if (m[6]) die("a message of device %d is refused: %d", d->number, m[6]);
        d->under_way = false; acknowledged++; return;
    case 0x0c: delivered++; again += m[2] >> 7; transmit(d, answer, sn_puback(answer, m)); return;
    case 0x16: { uint8_t pong[] = {2, 0x17}; transmit(d, pong, 2); return; }
    case 0x18: die("device %d is disconnected", d->number);
    }
}
static void take_mqtt(device *d, const uint8_t *m) {
    uint8_t answer[8]; int topic;
    switch (m[0] >> 4) {
    case 2: if (m[3]) die("device %d is refused: %d", d->number, m[3]); step(d); return;
    case 9: step(d); return;
    case 4: d->under_way = false; acknowledged++; return;
    case 3: topic = m[2] << 8 | m[3]; delivered++; again += m[0] >> 3 & 1; transmit(d, answer, mqtt_puback(answer, m[4 + topic] << 8 | m[5 + topic])); return;
    }
}
static void read_device(device *d) {
    uint8_t datagram[2048];
    if (sn) { for (ssize_t n; (n = recv(d->fd, datagram, sizeof datagram, 0)) > 0;) take_sn(d, datagram, n); return; }
    ssize_t n = recv(d->fd, d->part + d->part_length, sizeof d->part - d->part_length, 0);
    if (n <= 0) { if (n == 0 || errno != EAGAIN) die("device %d: the connection is closed", d->number); return; }
    int left = d->part_length + n, at = 0; /* all packets here are shorter than 128 bytes */
    while (left - at >= 2 && left - at >= d->part[at + 1] + 2) { take_mqtt(d, d->part + at); at += d->part[at + 1] + 2; }
    memmove(d->part, d->part + at, left - at); d->part_length = left - at;
}
static void open_device(device *d, int number) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; int one = 1;
    memset(d, 0, sizeof *d); d->number = number; d->state = OPENING;
    d->fd = socket(AF_INET, (sn ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
    if (d->fd < 0) die("device %d: no socket: %s (ulimit -n)", number, strerror(errno));
    if (!sn) setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(d->fd, (void *)&to, sizeof to) && errno != EINPROGRESS) die("device %d: %s", number, strerror(errno));
    struct epoll_event e = {.events = sn ? EPOLLIN : EPOLLIN | EPOLLOUT, .data.ptr = d}; epoll_ctl(poller, EPOLL_CTL_ADD, d->fd, &e);
    if (sn) step(d);
}
static void leave(device *d) {
    uint8_t bye[] = {2, 0x18}, mqtt_bye[] = {0xe0, 0}; transmit(d, sn ? bye : mqtt_bye, 2); close(d->fd); d->state = GONE; ready--;
}
static void send_again(int from, int to) { /* devices whose answer is overdue */
    uint64_t time = now();
    for (int i = from; sn && i < to; i++) {
        device *d = &all[i];
        if (d->state == GONE || (d->state == READY && !d->under_way) || time - d->sent_at < RETRY) continue;
        if (d->under_way) d->last[2] |= 0x80;
        again++; ask(d, d->last_length);
    }
}

/* --- the client of MQTT on the other side ---------------------------------------------------------------------------------- */

static void flush_other(void) {
    ssize_t n = other.out_length ? send(other.fd, other.out, other.out_length, MSG_NOSIGNAL) : 0;
    if (n < 0) { if (errno == EAGAIN) return; die("the client of MQTT cannot send: %s", strerror(errno)); }
    memmove(other.out, other.out + n, other.out_length - n); other.out_length -= n;
}
static void read_other(void) {
    ssize_t n = recv(other.fd, other.in + other.in_length, ROOM - other.in_length, 0);
    if (n <= 0) { if (n == 0 || errno != EAGAIN) die("the client of MQTT was disconnected"); return; }
    int left = other.in_length + n, at = 0;
    while (left - at >= 2 && left - at >= other.in[at + 1] + 2) {
        switch (other.in[at] >> 4) {
        case 2: other.connected = true; break;
        case 9: other.subscribed = true; break;
        case 3: arrived++; break;
        case 4: published++; break;
        }
        at += other.in[at + 1] + 2;
    }
    memmove(other.in, other.in + at, left - at); other.in_length = left - at;
}
static void publish_down(void) {
    char topic[32]; snprintf(topic, sizeof topic, "down/%d", next_down); next_down = (next_down + 1) % clients;
    other.id = other.id % 65535 + 1; other.out_length += mqtt_publish(other.out + other.out_length, topic, other.id);
}
static void turn(int milliseconds) {
    static struct epoll_event events[1024]; int n = epoll_wait(poller, events, 1024, milliseconds);
    for (int i = 0; i < n; i++) {
        device *d = events[i].data.ptr;
        if (!d) { read_other(); continue; }
        if (d->state == GONE) continue;
        if (d->state == OPENING && events[i].events & EPOLLOUT) {
            struct epoll_event e = {.events = EPOLLIN, .data.ptr = d}; epoll_ctl(poller, EPOLL_CTL_MOD, d->fd, &e); step(d);
        }
        if (events[i].events & EPOLLIN) read_device(d);
    }
}
static void open_other(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(mqtt_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; int one = 1;
    other.fd = socket(AF_INET, SOCK_STREAM, 0); setsockopt(other.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(other.fd, (void *)&to, sizeof to)) die("port %d: %s", mqtt_port, strerror(errno));
    struct epoll_event e = {.events = EPOLLIN}; epoll_ctl(poller, EPOLL_CTL_ADD, other.fd, &e);
    other.out_length = mqtt_connect(other.out, "other"); flush_other(); while (!other.connected) read_other();
    other.out_length = mqtt_subscribe(other.out, "up/#", 0); flush_other(); while (!other.subscribed) read_other();
    fcntl(other.fd, F_SETFL, O_NONBLOCK);
}

/* --- what is measured ------------------------------------------------------------------------------------------------------ */

static void wait_for(double time) { for (uint64_t end = now() + time * 1e9; now() < end;) turn(20); }
static void connect_all(int count, int first) { /* by numbers from `first` on */
    uint64_t last = now(), looked = last; int before = 0;
    for (int opened = 0; ready < count;) {
        while (opened < count && opened - ready < window) { open_device(&all[opened], first + opened); opened++; }
        turn(10);
        if (now() - looked > RETRY / 10) { send_again(0, opened); looked = now(); }
        if (ready != before) { before = ready; last = now(); }
        if (now() - last > PATIENCE * 1000000000ull) die("%d of %d devices are connected, and no other for %d s", ready, count, PATIENCE);
    }
}
/* Messages up, or down, for so long; then until all have come. How many it were. */
static uint64_t load(bool up, double time) {
    uint64_t start = now(), end = start + time * 1e9, looked = start, last = start, sent = 0, seen = 0, a = acknowledged, r = arrived, d = delivered, p = published;
    for (;;) {
        uint64_t t = now(), done = up ? acknowledged - a : delivered - d, behind = up ? arrived - r : published - p;
        if (t >= end && done >= sent && behind >= sent) return done;
        if (done + behind != seen) { seen = done + behind; last = t; }
        if (t - last > PATIENCE * 1000000000ull) die("%lu of %lu messages %s came, and no other for %d s", done, sent, up ? "up" : "down", PATIENCE);
        for (int tried = 0; t < end && sent - (behind < done ? behind : done) < (uint64_t)window && tried < clients; tried++) {
            if (!up) { if (other.out_length > ROOM - 512) break; publish_down(); sent++; continue; }
            device *next = &all[next_up]; next_up = (next_up + 1) % clients;
            if (!next->under_way) { publish(next); sent++; }
        }
        flush_other(); turn(1);
        if (t - looked > RETRY / 10) { send_again(0, clients); looked = t; }
    }
}
static void measure(bool up) {
    const char *name = up ? "up" : "down"; load(up, warmup);
    uint64_t start = now(), before = again; double spent = cpu(), own = own_cpu(); uint64_t done = load(up, seconds);
    printf(", \"%s_cpu_us\": %.3f, \"%s_generator_us\": %.3f, \"%s_per_s\": %.0f, \"%s_again\": %lu", name, (cpu() - spent) * 1e6 / done,
           name, (own_cpu() - own) * 1e6 / done, name, done / ((now() - start) / 1e9), name, again - before);
}

int main(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        char *option = argv[i], *value = argv[i + 1];
#define OPTION(name, set) if (!strcmp(option, "--" name)) { set; continue; }
        OPTION("protocol", sn = !strcmp(value, "sn")) OPTION("port", port = atoi(value)) OPTION("mqtt-port", mqtt_port = atoi(value)) OPTION("pid", pid = value)
        OPTION("clients", clients = atoi(value)) OPTION("prime", prime = atoi(value)) OPTION("window", window = atoi(value)) OPTION("size", size = atoi(value))
        OPTION("seconds", seconds = atof(value)) OPTION("warmup", warmup = atof(value)) OPTION("settle", settle = atof(value))
        die("unknown option %s", option);
    }
    if (size < 1 || size > 100 || prime > clients || window < 1) die("--size is 1 to 100, --prime at most --clients, and --window 1 or more");
    poller = epoll_create1(0); all = calloc(clients, sizeof *all); open_other();
    connect_all(prime, clients);
    for (int i = 0; i < prime; i++) { leave(&all[i]); if (i % 50 == 49) wait_for(0.02); } /* no more than a socket's buffer holds */
    wait_for(settle);
    double memory = resident(), spent = cpu(); connect_all(clients, 0); spent = cpu() - spent; wait_for(settle);
    uint64_t lost = again;
    printf("{\"clients\": %d, \"connect_cpu_us\": %.1f, \"connect_again\": %lu, \"rss_bytes\": %.0f", clients, spent * 1e6 / clients, lost, (resident() - memory) / clients);
    double idle = cpu(); wait_for(5); printf(", \"idle_pct\": %.2f", (cpu() - idle) / 5 * 100);
    measure(true); measure(false);
    printf(", \"rss_after_bytes\": %.0f}\n", (resident() - memory) / clients);
    return 0;
}
