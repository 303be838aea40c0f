/*
 * The yardstick: a plain C epoll server for Phoenix Channels (V2 JSON over WebSocket), against which the benchmark reports state a ratio.
 *
 * Each thread is a small server of its own: its own descriptor table (unshare(CLONE_FILES), because the limit of open files counts per table),
 * SO_REUSEPORT listener, epoll set, connections and topics. Nothing of that is shared, so nothing is locked. The one thing that crosses threads
 * is a broadcast: encoded once, reference-counted, pushed onto the other threads' inboxes. Wake eventfds are made before the threads unshare, so
 * that each table holds all of them under the same numbers.
 *
 * Order of this file: limits and types, buffers, sending, handshake, topics, broadcasts, Phoenix messages, WebSocket frames, event loop, main.
 * The pure functions (frames, JSON, SHA-1) are in wire.h.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

/* ---- Limits and types ---- */

enum {
    MESSAGE_BYTES_MAX = 256 * 1024,           /* of one WebSocket message; larger ones close with 1009 */
    REQUEST_BYTES_MAX = 8 * 1024,             /* of an upgrade request */
    READ_BYTES = 64 * 1024,                   /* asked of the kernel by one read */
    QUEUE_BYTES_MAX = 1024 * 1024,            /* waiting for one slow connection; beyond it the connection is closed */
    BACKLOG_BYTES_MAX = 64 * 1024 * 1024,     /* of broadcasts waiting for one thread; beyond it publishers wait */
    JOINS_MAX = 100,                          /* topics of one connection */
    EVENTS_MAX = 512, ACCEPTS_MAX = 256, THREADS_MAX = 256,
    ENVELOPE_BYTES_MAX = TOPIC_BYTES_MAX + 2 * REF_BYTES_MAX + 128,
};

struct bytes { uint32_t head, tail, capacity; uint8_t data[]; }; /* an owned queue of bytes; NULL while empty */

struct subscription {
    struct connection *connection;
    struct topic *topic;
    struct subscription *next;   /* of the same connection */
    uint32_t index;              /* in the topic's members */
    uint32_t join_ref_length;
    char join_ref[];
};

struct connection {
    struct bytes *in, *fragments, *out;   /* a partial frame, a partial message, what the socket did not take */
    struct subscription *subscriptions;
    struct connection *next_doomed;
    int fd;
    bool upgraded, doomed;
    uint8_t joins;
};

struct member { struct connection *connection; struct subscription *subscription; }; /* both NULL: left during a fan-out */

struct topic {
    struct topic *next;          /* in the hash chain */
    struct member *members;
    uint32_t count, capacity, holes;
    uint32_t hash, name_length;
    char name[];
};

struct broadcast_link { struct broadcast_link *next; struct broadcast *broadcast; };

struct broadcast {
    atomic_int references;
    uint32_t hash, name_length, frame_length;
    char *name;
    uint8_t *frame;
    struct broadcast_link links[]; /* one per thread, then the name, then the frame */
};

struct thread {
    /* shared with the other threads */
    _Alignas(64) _Atomic(struct broadcast_link *) inbox; /* newest first */
    atomic_size_t backlog_bytes;
    atomic_bool asleep;
    int wake, number, error;
    const char *failed;
    /* confined to this thread */
    _Alignas(64) int epoll, listener, spare;
    struct connection *doomed;
    struct topic **topics;
    size_t topic_count, topic_slots;
    struct broadcast_link *waiting, **waiting_end; /* oldest first; only the first is ever under way */
    struct topic *fanning;                         /* its members get holes instead of moving */
    uint32_t fan_next, fan_end;
    uint8_t input[REQUEST_BYTES_MAX + MESSAGE_BYTES_MAX + READ_BYTES];
    uint8_t output[MESSAGE_BYTES_MAX + ENVELOPE_BYTES_MAX + FRAME_HEADER_MAX];
};

static struct thread threads[THREADS_MAX]; /* untouched pages cost nothing */
static int thread_count;
static size_t slice_sends = SIZE_MAX;
static long connections_max = 0; /* 0: as many as the tables hold */
static atomic_long connection_count;
static struct sockaddr_in address;
static pthread_barrier_t ready;

/* ---- Buffers ---- */

static void *or_die(void *p) {
    if (!p) { fputs("out of memory\n", stderr); abort(); }
    return p;
}

static void append(struct bytes **queue, const void *from, size_t n) {
    struct bytes *q = *queue;
    if (!q || n > q->capacity - q->tail) {
        size_t used = q ? q->tail - q->head : 0;
        if (q && q->head > 0) memmove(q->data, q->data + q->head, used);
        if (!q || used + n > q->capacity) {
            size_t capacity = used + n < 128 ? 256 : (used + n) * 2;
            q = *queue = or_die(realloc(q, sizeof *q + capacity));
            q->capacity = (uint32_t)capacity;
        }
        q->head = 0;
        q->tail = (uint32_t)used;
    }
    if (n) memcpy(q->data + q->tail, from, n);
    q->tail += (uint32_t)n;
}

static size_t queued(const struct bytes *q) { return q ? q->tail - q->head : 0; }

static void discard(struct bytes **queue) { free(*queue); *queue = NULL; }

/* ---- Sending ---- */

/* Closing waits for the end of the round: events and fan-outs under way may still hold the connection. */
static void doom(struct thread *t, struct connection *c) {
    if (c->doomed) return;
    c->doomed = true;
    c->next_doomed = t->doomed;
    t->doomed = c;
}

static void watch(struct thread *t, struct connection *c, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(t->epoll, EPOLL_CTL_MOD, c->fd, &event) < 0) doom(t, c);
}

static void transmit(struct thread *t, struct connection *c, const uint8_t *bytes, size_t n) {
    if (c->doomed) return;
    if (!c->out) {
        ssize_t sent = send(c->fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent == (ssize_t)n) return;
        if (sent < 0 && errno != EAGAIN) { doom(t, c); return; }
        if (sent > 0) bytes += sent, n -= (size_t)sent;
        watch(t, c, EPOLLIN | EPOLLOUT);
    }
    if (queued(c->out) + n > QUEUE_BYTES_MAX) doom(t, c);
    else append(&c->out, bytes, n);
}

static void flush(struct thread *t, struct connection *c) {
    if (!c->out || c->doomed) return;
    ssize_t sent = send(c->fd, c->out->data + c->out->head, queued(c->out), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) { doom(t, c); return; }
    if (sent > 0) c->out->head += (uint32_t)sent;
    if (queued(c->out) > 0) return;
    discard(&c->out);
    watch(t, c, EPOLLIN);
}

/* Sends the body that ends at `end` and begins FRAME_HEADER_MAX into the output buffer. */
static void transmit_output(struct thread *t, struct connection *c, const uint8_t *end) {
    uint8_t *body = t->output + FRAME_HEADER_MAX;
    size_t n = (size_t)(end - body), header = frame_header_length(n);
    put_frame_header(body - header, 0x1, n);
    transmit(t, c, body - header, header + n);
}

static void transmit_control(struct thread *t, struct connection *c, uint8_t opcode, const uint8_t *payload, size_t n) {
    uint8_t frame[2 + 125] = {0x80 | opcode, (uint8_t)n};
    if (n) memcpy(frame + 2, payload, n);
    transmit(t, c, frame, 2 + n);
}

static void close_with(struct thread *t, struct connection *c, int code) {
    uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    transmit_control(t, c, 0x8, payload, 2);
    doom(t, c);
}

/* ---- Handshake ---- */

static void refuse(struct thread *t, struct connection *c, const char *status) {
    char response[128];
    int n = snprintf(response, sizeof response, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
    transmit(t, c, (uint8_t *)response, (size_t)n);
    doom(t, c);
}

/* Returns the bytes consumed: 0 until the whole request is there. */
static size_t read_request(struct thread *t, struct connection *c, const char *p, size_t n) {
    const char *stop = memmem(p, n, "\r\n\r\n", 4);
    if (!stop) {
        if (n >= REQUEST_BYTES_MAX) refuse(t, c, "431 Request Header Fields Too Large");
        return 0;
    }
    const char *line_end = memmem(p, n, "\r\n", 2);
    struct text line = {p, (size_t)(line_end - p)}, key = {0}, protocol = {0};
    bool upgrade = false, connection = false, version = false;
    while (line_end < stop) {
        const char *name = line_end + 2, *colon;
        line_end = memmem(name, (size_t)(stop + 2 - name), "\r\n", 2);
        if (!(colon = memchr(name, ':', (size_t)(line_end - name)))) { refuse(t, c, "400 Bad Request"); return 0; }
        struct text header = {name, (size_t)(colon - name)}, value = {colon + 1, (size_t)(line_end - colon - 1)};
        while (value.length && (*value.at == ' ' || *value.at == '\t')) value.at++, value.length--;
        while (value.length && (value.at[value.length - 1] == ' ' || value.at[value.length - 1] == '\t')) value.length--;
#define IS(s) (header.length == sizeof(s) - 1 && strncasecmp(header.at, s, sizeof(s) - 1) == 0)
        if (IS("upgrade")) upgrade = contains(value, "websocket");
        else if (IS("connection")) connection = contains(value, "upgrade");
        else if (IS("sec-websocket-version")) version = same(value, LITERAL("13"));
        else if (IS("sec-websocket-key")) key = value;
        else if (IS("sec-websocket-protocol")) protocol = value;
#undef IS
    }
    if (line.length < 14 || memcmp(line.at, "GET ", 4) != 0 || memcmp(line.at + line.length - 9, " HTTP/1.1", 9) != 0 || !upgrade
        || !connection || !version || key.length != 24) {
        refuse(t, c, "400 Bad Request");
        return 0;
    }
    if (!contains(line, "?vsn=2.") && !contains(line, "&vsn=2.")) { refuse(t, c, "403 Forbidden"); return 0; }
    char accept[29], response[256];
    accept_key(key, accept);
    int length = snprintf(response, sizeof response,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s\r\n",
        accept, contains(protocol, "phoenix") ? "Sec-WebSocket-Protocol: phoenix\r\n" : "");
    c->upgraded = true;
    transmit(t, c, (uint8_t *)response, (size_t)length);
    return (size_t)(stop + 4 - p);
}

/* ---- Topics ---- */

static uint32_t hash_of(struct text name) { /* FNV-1a */
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < name.length; i++) hash = (hash ^ (uint8_t)name.at[i]) * 16777619u;
    return hash;
}

/* The link that points to the topic, or the one at which it would be added. */
static struct topic **find_topic(struct thread *t, struct text name, uint32_t hash) {
    struct topic **link = &t->topics[hash & (t->topic_slots - 1)];
    while (*link && !((*link)->hash == hash && same((struct text){(*link)->name, (*link)->name_length}, name))) link = &(*link)->next;
    return link;
}

static void resize_topics(struct thread *t, size_t slots) {
    struct topic **old = t->topics, **fresh = or_die(calloc(slots, sizeof *fresh));
    for (size_t i = 0; i < t->topic_slots; i++) {
        for (struct topic *topic = old[i], *next; topic; topic = next) {
            next = topic->next;
            topic->next = fresh[topic->hash & (slots - 1)];
            fresh[topic->hash & (slots - 1)] = topic;
        }
    }
    free(old);
    t->topics = fresh;
    t->topic_slots = slots;
}

static struct subscription *find_subscription(const struct connection *c, struct text name) {
    for (struct subscription *s = c->subscriptions; s; s = s->next) {
        if (same((struct text){s->topic->name, s->topic->name_length}, name)) return s;
    }
    return NULL;
}

static struct topic *topic_for(struct thread *t, struct text name) {
    uint32_t hash = hash_of(name);
    struct topic **link = find_topic(t, name, hash);
    if (*link) return *link;
    if (t->topic_count == t->topic_slots) {
        resize_topics(t, t->topic_slots * 2);
        link = find_topic(t, name, hash);
    }
    struct topic *topic = *link = or_die(calloc(1, sizeof *topic + name.length));
    topic->hash = hash;
    topic->name_length = (uint32_t)name.length;
    memcpy(topic->name, name.at, name.length);
    t->topic_count++;
    return topic;
}

static void subscribe(struct thread *t, struct connection *c, struct text name, struct text join_ref) {
    struct topic *topic = topic_for(t, name);
    if (topic->count == topic->capacity) {
        topic->capacity = topic->capacity ? topic->capacity * 2 : 4;
        topic->members = or_die(realloc(topic->members, topic->capacity * sizeof *topic->members));
    }
    struct subscription *s = or_die(malloc(sizeof *s + join_ref.length));
    *s = (struct subscription){c, topic, c->subscriptions, topic->count, (uint32_t)join_ref.length};
    memcpy(s->join_ref, join_ref.at, join_ref.length);
    topic->members[topic->count++] = (struct member){c, s};
    c->subscriptions = s;
    c->joins++;
}

static void remove_member(struct topic *topic, uint32_t index) {
    struct member last = topic->members[--topic->count];
    if (index == topic->count) return;
    topic->members[index] = last;
    if (last.subscription) last.subscription->index = index;
}

static void drop_if_empty(struct thread *t, struct topic *topic) {
    if (topic->count > 0) return;
    struct topic **link = find_topic(t, (struct text){topic->name, topic->name_length}, topic->hash);
    *link = topic->next;
    t->topic_count--;
    free(topic->members);
    free(topic);
}

static void unsubscribe(struct thread *t, struct subscription *s) {
    struct topic *topic = s->topic;
    struct subscription **link = &s->connection->subscriptions;
    while (*link != s) link = &(*link)->next;
    *link = s->next;
    s->connection->joins--;
    if (topic == t->fanning) {
        topic->members[s->index] = (struct member){0};
        topic->holes++;
    } else {
        remove_member(topic, s->index);
        drop_if_empty(t, topic);
    }
    free(s);
}

/* ---- Broadcasts ---- */

static void release(struct broadcast *b) {
    if (atomic_fetch_sub(&b->references, 1) == 1) free(b);
}

static void enqueue(struct thread *t, struct broadcast_link *link) {
    link->next = NULL;
    *t->waiting_end = link;
    t->waiting_end = &link->next;
}

static void drain_inbox(struct thread *t) {
    if (!atomic_load_explicit(&t->inbox, memory_order_relaxed)) return;
    struct broadcast_link *link = atomic_exchange(&t->inbox, NULL), *oldest = NULL;
    while (link) {
        struct broadcast_link *next = link->next;
        link->next = oldest;
        oldest = link;
        link = next;
    }
    while (oldest) {
        struct broadcast_link *next = oldest->next;
        enqueue(t, oldest);
        oldest = next;
    }
}

static void end_fan_out(struct thread *t) {
    struct topic *topic = t->fanning;
    t->fanning = NULL;
    if (!topic) return;
    for (uint32_t i = topic->count; topic->holes > 0 && i-- > 0;) {
        if (topic->members[i].connection) continue;
        remove_member(topic, i);
        topic->holes--;
    }
    drop_if_empty(t, topic);
}

/* Works on the waiting broadcasts, in order, for at most `sends` sends. */
static void fan_out(struct thread *t, size_t sends) {
    while (t->waiting && sends > 0) {
        struct broadcast *b = t->waiting->broadcast;
        if (!t->fanning) {
            t->fanning = *find_topic(t, (struct text){b->name, b->name_length}, b->hash);
            t->fan_next = 0;
            t->fan_end = t->fanning ? t->fanning->count : 0;
        }
        for (; t->fan_next < t->fan_end && sends > 0; t->fan_next++) {
            struct connection *c = t->fanning->members[t->fan_next].connection;
            if (!c) continue;
            transmit(t, c, b->frame, b->frame_length);
            sends--;
        }
        if (t->fan_next < t->fan_end) return;
        end_fan_out(t);
        if (!(t->waiting = t->waiting->next)) t->waiting_end = &t->waiting;
        atomic_fetch_sub(&t->backlog_bytes, b->frame_length);
        release(b);
    }
}

static void hand_over(struct thread *from, struct thread *to, struct broadcast *b) {
    /* A publisher that is too fast waits here. Two full threads cannot wait for each other for ever: each goes on with its own fan-outs. */
    while (atomic_load(&to->backlog_bytes) > BACKLOG_BYTES_MAX) {
        drain_inbox(from);
        fan_out(from, SIZE_MAX);
        sched_yield();
    }
    atomic_fetch_add(&to->backlog_bytes, b->frame_length);
    struct broadcast_link *link = &b->links[to->number];
    link->next = atomic_load(&to->inbox);
    while (!atomic_compare_exchange_weak(&to->inbox, &link->next, link)) {}
    if (atomic_load(&to->asleep) && atomic_exchange(&to->asleep, false)) eventfd_write(to->wake, 1);
}

static void broadcast(struct thread *t, struct text topic, struct text payload) {
    const struct text opening = LITERAL("[null,null,\""), middle = LITERAL("\",\"msg\",");
    size_t body = opening.length + topic.length + middle.length + payload.length + 1;
    size_t links = (size_t)thread_count * sizeof(struct broadcast_link);
    struct broadcast *b = or_die(malloc(sizeof *b + links + topic.length + frame_header_length(body) + body));
    atomic_init(&b->references, thread_count);
    b->hash = hash_of(topic);
    b->name = (char *)b->links + links;
    b->name_length = (uint32_t)topic.length;
    b->frame = put((uint8_t *)b->name, topic);
    uint8_t *end = put(put(put(put(put_frame_header(b->frame, 0x1, body), opening), topic), middle), payload);
    *end++ = ']';
    b->frame_length = (uint32_t)(end - b->frame);
    for (int i = 0; i < thread_count; i++) b->links[i].broadcast = b;
    for (int i = 0; i < thread_count; i++) {
        if (i != t->number) hand_over(t, &threads[i], b);
    }
    size_t backlog = atomic_fetch_add(&t->backlog_bytes, b->frame_length);
    enqueue(t, &b->links[t->number]);
    if (slice_sends == SIZE_MAX || backlog > BACKLOG_BYTES_MAX) fan_out(t, SIZE_MAX);
}

/* ---- Phoenix messages ---- */

static uint8_t *put_envelope(struct thread *t, struct text join_ref, struct text ref, struct text topic, struct text rest) {
    uint8_t *p = t->output + FRAME_HEADER_MAX;
    *p++ = '[';
    p = put(p, join_ref);
    *p++ = ',';
    p = put(p, ref);
    *p++ = ',', *p++ = '"';
    p = put(p, topic);
    *p++ = '"', *p++ = ',';
    return put(p, rest);
}

static void reply(struct thread *t, struct connection *c, struct text join_ref, const struct message *m, bool ok, struct text response) {
    struct text head = ok ? LITERAL("\"phx_reply\",{\"status\":\"ok\",\"response\":") : LITERAL("\"phx_reply\",{\"status\":\"error\",\"response\":");
    uint8_t *end = put(put_envelope(t, join_ref, m->ref, m->topic, head), response);
    transmit_output(t, c, put(end, LITERAL("}]")));
}

static void push_close(struct thread *t, struct connection *c, struct text join_ref, struct text topic) {
    transmit_output(t, c, put_envelope(t, join_ref, join_ref, topic, LITERAL("\"phx_close\",{}]")));
}

static void join(struct thread *t, struct connection *c, struct subscription *earlier, const struct message *m) {
    if (!earlier && c->joins >= JOINS_MAX) {
        reply(t, c, m->join_ref, m, false, LITERAL("{\"reason\":\"too many channels joined\"}"));
        return;
    }
    subscribe(t, c, m->topic, m->join_ref);
    reply(t, c, m->join_ref, m, true, LITERAL("{}"));
    if (!earlier) return;
    push_close(t, c, (struct text){earlier->join_ref, earlier->join_ref_length}, m->topic);
    unsubscribe(t, earlier);
}

static void handle_message(struct thread *t, struct connection *c, const uint8_t *text, size_t n) {
    struct message m;
    if (!is_utf8(text, n)) { close_with(t, c, 1007); return; }
    if (!parse_message((const char *)text, (const char *)text + n, &m)) { close_with(t, c, 1011); return; }

    const struct text null = LITERAL("null"), empty = LITERAL("{}");
    if (same(m.topic, LITERAL("phoenix")) && same(m.event, LITERAL("heartbeat"))) { reply(t, c, null, &m, true, empty); return; }
    struct subscription *s = find_subscription(c, m.topic);
    if (same(m.event, LITERAL("phx_join"))) { join(t, c, s, &m); return; }
    bool leave = same(m.event, LITERAL("phx_leave"));
    if (!s) {
        if (leave) reply(t, c, m.join_ref, &m, true, empty);
        else reply(t, c, null, &m, false, LITERAL("{\"reason\":\"unmatched topic\"}"));
        return;
    }
    struct text join_ref = {s->join_ref, s->join_ref_length};
    if (!same(m.join_ref, null) && !same(m.join_ref, join_ref)) return; /* meant for an earlier join */
    if (leave) {
        reply(t, c, join_ref, &m, true, empty);
        push_close(t, c, join_ref, m.topic);
        unsubscribe(t, s);
    } else if (same(m.event, LITERAL("echo"))) {
        reply(t, c, join_ref, &m, true, m.payload);
    } else if (same(m.event, LITERAL("pub"))) {
        broadcast(t, m.topic, m.payload);
        reply(t, c, join_ref, &m, true, empty);
    } else if (same(m.event, LITERAL("shout"))) {
        broadcast(t, m.topic, m.payload);
    } else {
        reply(t, c, join_ref, &m, false, LITERAL("{\"reason\":\"unmatched event\"}"));
    }
}

/* ---- WebSocket frames ---- */

static void handle_close(struct thread *t, struct connection *c, const uint8_t *payload, size_t n) {
    int code = n == 0 ? 1000 : n == 1 ? 0 : payload[0] << 8 | payload[1];
    bool valid = (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) || (code >= 3000 && code <= 4999);
    close_with(t, c, valid ? code : 1002);
}

static void handle_frame(struct thread *t, struct connection *c, bool final, int opcode, uint8_t *payload, size_t n) {
    if (opcode & 0x8) {
        if (opcode == 0x8) handle_close(t, c, payload, n);
        else if (opcode == 0x9) transmit_control(t, c, 0xA, payload, n);
        return;
    }
    if ((opcode == 0x0) != (c->fragments != NULL)) { close_with(t, c, 1002); return; }
    if (opcode == 0x2) { close_with(t, c, 1003); return; }
    if (final && !c->fragments) { handle_message(t, c, payload, n); return; }
    append(&c->fragments, payload, n);
    if (!final) return;
    struct bytes *whole = c->fragments;
    c->fragments = NULL;
    handle_message(t, c, whole->data, whole->tail);
    free(whole);
}

/* Handles the first frame and returns its length, or 0 if it is not complete or the connection is lost. */
static size_t read_frame(struct thread *t, struct connection *c, uint8_t *p, size_t n) {
    if (n < 2) return 0;
    bool final = p[0] & 0x80, control = p[0] & 0x8;
    int opcode = p[0] & 0xF;
    uint64_t length = p[1] & 0x7F;
    if (p[0] & 0x70 || !(p[1] & 0x80) || (opcode & 0x7) > 2 || (control && (!final || length > 125))) { close_with(t, c, 1002); return 0; }
    size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0, header = 2 + extended + 4;
    if (n < header) return 0;
    if (extended) length = 0;
    for (size_t i = 0; i < extended; i++) length = length << 8 | p[2 + i];
    if (length > MESSAGE_BYTES_MAX - (control ? 0 : queued(c->fragments))) { close_with(t, c, 1009); return 0; }
    if (n - header < length) return 0;
    unmask(p + header, length, p + header - 4);
    handle_frame(t, c, final, opcode, p + header, length);
    return header + length;
}

static void receive(struct thread *t, struct connection *c) {
    size_t n = queued(c->in);
    if (n) memcpy(t->input, c->in->data, n);
    ssize_t received = recv(c->fd, t->input + n, READ_BYTES, MSG_DONTWAIT);
    if (received <= 0) {
        if (received == 0 || errno != EAGAIN) doom(t, c);
        return;
    }
    n += (size_t)received;
    size_t used = c->upgraded ? 0 : read_request(t, c, (char *)t->input, n);
    for (size_t step = 1; step > 0 && c->upgraded && !c->doomed; used += step) step = read_frame(t, c, t->input + used, n - used);
    if (used == 0 && c->in) {
        append(&c->in, t->input + n - (size_t)received, (size_t)received);
    } else {
        discard(&c->in);
        if (used < n) append(&c->in, t->input + used, n - used);
    }
}

/* ---- Event loop ---- */

static void reap(struct thread *t) {
    while (t->doomed) {
        struct connection *c = t->doomed;
        t->doomed = c->next_doomed;
        while (c->subscriptions) unsubscribe(t, c->subscriptions);
        discard(&c->in);
        discard(&c->fragments);
        discard(&c->out);
        close(c->fd);
        free(c);
        atomic_fetch_sub(&connection_count, 1);
    }
}

static void turn_away(int fd) {
    static const char full[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    send(fd, full, sizeof full - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    close(fd);
}

/* A full table cannot even refuse: the spare descriptor makes room for that. */
static bool turn_away_when_full(struct thread *t) {
    close(t->spare);
    int fd = accept4(t->listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd >= 0) turn_away(fd);
    t->spare = open("/dev/null", O_RDONLY);
    return fd >= 0;
}

static void accept_some(struct thread *t) {
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        int fd = accept4(t->listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0) {
            if (errno == ECONNABORTED || errno == EINTR) continue;
            if ((errno == EMFILE || errno == ENFILE) && turn_away_when_full(t)) continue;
            return;
        }
        if (connections_max && atomic_load(&connection_count) >= connections_max) { turn_away(fd); continue; }
        struct connection *c = or_die(calloc(1, sizeof *c));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        c->fd = fd;
        atomic_fetch_add(&connection_count, 1);
        if (epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &event) < 0) doom(t, c);
    }
}

static void serve(struct thread *t) {
    struct epoll_event events[EVENTS_MAX];
    for (;;) {
        drain_inbox(t);
        fan_out(t, slice_sends);
        reap(t);
        /* Say "asleep" before the last look at the inbox: whoever pushes after that look sees it and wakes. */
        int timeout = 0;
        if (!t->waiting) {
            atomic_store(&t->asleep, true);
            if (!atomic_load(&t->inbox)) timeout = -1;
        }
        int n = epoll_wait(t->epoll, events, EVENTS_MAX, timeout);
        atomic_store_explicit(&t->asleep, false, memory_order_relaxed);
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if ((void *)c == &t->wake) continue; /* edge-triggered, never read */
            if ((void *)c == &t->listener) { accept_some(t); continue; }
            if (events[i].events & EPOLLOUT) flush(t, c);
            if (events[i].events & ~(uint32_t)EPOLLOUT && !c->doomed) receive(t, c);
        }
    }
}

static const char *open_descriptors(struct thread *t) {
    int on = 1;
    struct epoll_event listening = {.events = EPOLLIN, .data.ptr = &t->listener}, waking = {.events = EPOLLIN | EPOLLET, .data.ptr = &t->wake};
    if (unshare(CLONE_FILES) < 0) return "unshare";
    if ((t->spare = open("/dev/null", O_RDONLY)) < 0) return "open";
    if ((t->epoll = epoll_create1(0)) < 0) return "epoll_create1";
    if ((t->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) < 0) return "socket";
    setsockopt(t->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(t->listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    setsockopt(t->listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* accepted sockets inherit it */
    if (bind(t->listener, (struct sockaddr *)&address, sizeof address) < 0) return "bind";
    if (listen(t->listener, 4096) < 0) return "listen";
    if (epoll_ctl(t->epoll, EPOLL_CTL_ADD, t->listener, &listening) < 0) return "epoll_ctl";
    if (epoll_ctl(t->epoll, EPOLL_CTL_ADD, t->wake, &waking) < 0) return "epoll_ctl";
    return NULL;
}

static void *run(void *argument) {
    struct thread *t = argument;
    t->failed = open_descriptors(t);
    t->error = errno;
    pthread_barrier_wait(&ready);
    if (!t->failed) serve(t);
    return NULL;
}

/* ---- Main ---- */

static void fail(const char *what, int error) {
    fprintf(stderr, "reference: %s: %s\n", what, strerror(error));
    exit(1);
}

static long number(const char *option, const char *text, long min, long max) {
    char *end;
    long value = strtol(text, &end, 10);
    if (!*text || *end || value < min || value > max) {
        fprintf(stderr, "reference: %s must be a number from %ld to %ld, not \"%s\"\n", option, min, max, text);
        exit(2);
    }
    return value;
}

static void read_options(int count, char **arguments) {
    long port = 0;
    const char *host = "127.0.0.1";
    for (int i = 1; i < count; i += 2) {
        const char *option = arguments[i], *value = i + 1 < count ? arguments[i + 1] : "";
        if (!strcmp(option, "--port")) port = number(option, value, 1, 65535);
        else if (!strcmp(option, "--host")) host = value;
        else if (!strcmp(option, "--threads")) thread_count = (int)number(option, value, 1, THREADS_MAX);
        else if (!strcmp(option, "--max-connections")) connections_max = number(option, value, 1, 10000000);
        else if (!strcmp(option, "--slice")) slice_sends = (size_t)number(option, value, 1, 1000000);
        else port = 0, i = count;
    }
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (port && inet_pton(AF_INET, host, &address.sin_addr) == 1) return;
    fputs("usage: reference --port P [--host IPV4] [--threads N] [--max-connections N] [--slice N]\n", stderr);
    exit(2);
}

/* SO_REUSEPORT would let us share the port with a server that was left running, and the figures with it. */
static void check_port_is_free(void) {
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind", errno);
    close(fd);
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    check_port_is_free();

    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    /* The kernel spreads connections by hash: fill tables to 95 % on average, not to the brim. */
    long per_thread = files.rlim_max > 1000000 ? 950000 : (long)files.rlim_max * 95 / 100;
    long needed = (connections_max + per_thread - 1) / per_thread, cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!thread_count) thread_count = (int)(needed > cores ? needed : cores);
    if (thread_count > THREADS_MAX) thread_count = THREADS_MAX;
    if (thread_count < needed) fprintf(stderr, "reference: %d threads hold about %ld connections\n", thread_count, thread_count * per_thread);

    sigset_t stop;
    int signal;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);

    for (int i = 0; i < thread_count; i++) {
        threads[i].number = i;
        threads[i].waiting_end = &threads[i].waiting;
        resize_topics(&threads[i], 64);
        if ((threads[i].wake = eventfd(0, EFD_NONBLOCK)) < 0) fail("eventfd", errno);
    }
    pthread_barrier_init(&ready, NULL, (unsigned)thread_count + 1);
    for (int i = 0; i < thread_count; i++) {
        pthread_t id;
        int error = pthread_create(&id, NULL, run, &threads[i]);
        if (error) fail("pthread_create", error);
    }
    pthread_barrier_wait(&ready);
    for (int i = 0; i < thread_count; i++) {
        if (threads[i].failed) fail(threads[i].failed, threads[i].error);
    }
    char host[INET_ADDRSTRLEN];
    printf("listening on %s:%d\n", inet_ntop(AF_INET, &address.sin_addr, host, sizeof host), ntohs(address.sin_port));
    fflush(stdout);
    sigwait(&stop, &signal);
    return 0;
}
