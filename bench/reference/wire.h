/*
 * What goes over the wire, as pure functions: texts, frame headers and masks, JSON and UTF-8 checks, the Phoenix envelope, the handshake's key.
 * Nothing here allocates, keeps state or talks to the kernel.
 */
#ifndef WIRE_H
#define WIRE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { TOPIC_BYTES_MAX = 255, REF_BYTES_MAX = 255, JSON_DEPTH_MAX = 64, FRAME_HEADER_MAX = 10 };

/* ---- Texts ---- */

struct text { const char *at; size_t length; }; /* a borrowed piece of a buffer */

#define LITERAL(s) ((struct text){s, sizeof(s) - 1})
static bool same(struct text a, struct text b) { return a.length == b.length && memcmp(a.at, b.at, a.length) == 0; }

static bool contains(struct text value, const char *word) {
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= value.length; i++) {
        if (strncasecmp(value.at + i, word, n) == 0) return true;
    }
    return false;
}

static uint8_t *put(uint8_t *to, struct text t) { return (uint8_t *)memcpy(to, t.at, t.length) + t.length; }

/* ---- Frames ---- */

static size_t frame_header_length(size_t n) { return n < 126 ? 2 : n < 65536 ? 4 : 10; }

static uint8_t *put_frame_header(uint8_t *to, uint8_t opcode, size_t n) {
    *to++ = 0x80 | opcode;
    if (n < 126) { *to++ = (uint8_t)n; return to; }
    int size = n < 65536 ? 2 : 8;
    *to++ = size == 2 ? 126 : 127;
    while (size-- > 0) *to++ = (uint8_t)((uint64_t)n >> (8 * size));
    return to;
}

static void unmask(uint8_t *p, size_t n, const uint8_t mask[4]) {
    uint64_t wide, word;
    memcpy(&wide, mask, 4);
    memcpy((uint8_t *)&wide + 4, mask, 4);
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&word, p, 8);
        word ^= wide;
        memcpy(p, &word, 8);
    }
    for (size_t i = 0; i < n; i++) p[i] ^= mask[i & 3];
}

/* ---- JSON: checked, not built; every scan_ function returns the position after what it scanned, or NULL ---- */

static const char *scan_space(const char *p, const char *end) {
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p++;
    return p;
}

static const char *scan_string(const char *p, const char *end) {
    if (p == end || *p++ != '"') return NULL;
    for (; p < end && (unsigned char)*p >= 0x20; p++) {
        if (*p == '"') return p + 1;
        if (*p != '\\') continue;
        if (++p == end) return NULL;
        if (*p == 'u') {
            for (int i = 0; i < 4; i++) {
                if (++p == end || !*p || !strchr("0123456789abcdefABCDEF", *p)) return NULL;
            }
        } else if (!*p || !strchr("\"\\/bfnrt", *p)) return NULL;
    }
    return NULL;
}

static const char *scan_digits(const char *p, const char *end) {
    const char *start = p;
    while (p < end && *p >= '0' && *p <= '9') p++;
    return p == start ? NULL : p;
}

static const char *scan_number(const char *p, const char *end) {
    if (*p == '-') p++;
    if (p < end && *p == '0') p++;
    else if (!(p = scan_digits(p, end))) return NULL;
    if (p < end && *p == '.' && !(p = scan_digits(p + 1, end))) return NULL;
    if (p < end && (*p == 'e' || *p == 'E')) {
        if (++p < end && (*p == '+' || *p == '-')) p++;
        p = scan_digits(p, end);
    }
    return p;
}

static const char *scan_literal(const char *p, const char *end, struct text literal) {
    bool matches = (size_t)(end - p) >= literal.length && memcmp(p, literal.at, literal.length) == 0;
    return matches ? p + literal.length : NULL;
}

static const char *scan_value(const char *p, const char *end, int depth) {
    if (p == end || depth > JSON_DEPTH_MAX) return NULL;
    switch (*p) {
    case '"': return scan_string(p, end);
    case 't': return scan_literal(p, end, LITERAL("true"));
    case 'f': return scan_literal(p, end, LITERAL("false"));
    case 'n': return scan_literal(p, end, LITERAL("null"));
    case '{': case '[': break;
    default: return scan_number(p, end);
    }
    bool object = *p == '{';
    char closing = object ? '}' : ']';
    p = scan_space(p + 1, end);
    if (p < end && *p == closing) return p + 1;
    for (;;) {
        if (object) {
            if (!(p = scan_string(p, end))) return NULL;
            p = scan_space(p, end);
            if (p == end || *p != ':') return NULL;
            p = scan_space(p + 1, end);
        }
        if (!(p = scan_value(p, end, depth + 1))) return NULL;
        p = scan_space(p, end);
        if (p == end) return NULL;
        if (*p == closing) return p + 1;
        if (*p != ',') return NULL;
        p = scan_space(p + 1, end);
    }
}

struct message { struct text join_ref, ref, topic, event, payload; }; /* refs and payload are raw JSON, topic and event come without quotes */

/* [join_ref, ref, topic, event, payload]: further elements are accepted and ignored, as Phoenix does. */
static bool parse_message(const char *p, const char *end, struct message *m) {
    struct text *fields[] = {&m->join_ref, &m->ref, &m->topic, &m->event, &m->payload};
    p = scan_space(p, end);
    if (p == end || *p != '[') return false;
    for (size_t i = 0;; i++) {
        const char *start = p = scan_space(p + 1, end);
        if (!(p = scan_value(p, end, 1))) return false;
        if (i < 5) *fields[i] = (struct text){start, (size_t)(p - start)};
        p = scan_space(p, end);
        if (p == end) return false;
        if (*p == ',') continue;
        if (*p != ']' || i < 4 || scan_space(p + 1, end) != end) return false;
        break;
    }
    for (int i = 2; i < 4; i++) {
        if (*fields[i]->at != '"') return false;
        fields[i]->at++;
        fields[i]->length -= 2;
    }
    for (int i = 0; i < 2; i++) {
        if (*fields[i]->at == '{' || *fields[i]->at == '[' || fields[i]->length > REF_BYTES_MAX) return false;
    }
    return *m->payload.at == '{' && m->topic.length <= TOPIC_BYTES_MAX;
}

static bool is_utf8(const uint8_t *p, size_t n) {
    const uint8_t *end = p + n;
    while (p < end) {
        uint64_t word;
        if (end - p >= 8 && (memcpy(&word, p, 8), (word & 0x8080808080808080u) == 0)) { p += 8; continue; }
        uint8_t first = *p++;
        if (first < 0x80) continue;
        int more = first >= 0xC2 && first <= 0xDF ? 1 : (first & 0xF0) == 0xE0 ? 2 : first >= 0xF0 && first <= 0xF4 ? 3 : -1;
        if (more < 0 || end - p < more) return false;
        uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80, high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (*p < low || *p > high) return false;
        for (int i = 1; i < more; i++) {
            if ((p[i] & 0xC0) != 0x80) return false;
        }
        p += more;
    }
    return true;
}

/* ---- Handshake ---- */

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

/* SHA-1 (FIPS 180-4) of at most 119 bytes: two blocks are all that a handshake needs. */
static void sha1(const char *input, size_t n, uint8_t digest[20]) {
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    uint8_t padded[128] = {0};
    size_t size = n < 56 ? 64 : 128;
    memcpy(padded, input, n);
    padded[n] = 0x80;
    for (int i = 0; i < 4; i++) padded[size - 1 - (size_t)i] = (uint8_t)(n * 8 >> (8 * i));
    for (const uint8_t *block = padded; block < padded + size; block += 64) {
        uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 16; i++) {
            w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
        }
        for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        for (int i = 0; i < 80; i++) {
            uint32_t f = i < 20 ? ((b & c) | (~b & d)) + 0x5A827999 : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                       : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC : (b ^ c ^ d) + 0xCA62C1D6;
            uint32_t next = rotate(a, 5) + f + e + w[i];
            e = d; d = c; c = rotate(b, 30); b = a; a = next;
        }
        h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* The 28 characters of Sec-WebSocket-Accept for a key of 24. */
static void accept_key(struct text key, char accept[29]) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char joined[24 + 36];
    uint8_t digest[21] = {0};
    memcpy(joined, key.at, 24);
    memcpy(joined + 24, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36);
    sha1(joined, sizeof joined, digest);
    for (int i = 0; i < 7; i++) {
        uint32_t three = (uint32_t)digest[3 * i] << 16 | (uint32_t)digest[3 * i + 1] << 8 | digest[3 * i + 2];
        for (int j = 0; j < 4; j++) accept[4 * i + j] = alphabet[three >> (18 - 6 * j) & 63];
    }
    accept[27] = '=';
    accept[28] = 0;
}

#endif
