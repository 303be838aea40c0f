/**
 * Bytes to frames and back: WebSocket framing (RFC 6455), the Phoenix V1 and V2 serializers, and
 * HTTP/1.1 requests and responses (RFC 9112).
 *
 * <p>No I/O, no threads, and no clock but for the date of a response. Every parser works on a range
 * of a {@code byte[]}, never reads outside that range, and reports what it refuses with exactly one
 * exception: {@link dev.myriad.protocol.ProtocolException} for frames and messages, {@link
 * dev.myriad.protocol.HttpException} for requests.
 */
@NullMarked
package dev.myriad.protocol;

import org.jspecify.annotations.NullMarked;
