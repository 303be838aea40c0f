package dev.myriad.fuzz;

import dev.myriad.protocol.BodyDecoder;
import dev.myriad.protocol.HttpException;
import dev.myriad.protocol.Persistence;
import dev.myriad.protocol.Pieces;
import dev.myriad.protocol.RequestHead;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection's requests with our parsers, one after the other, as a server's connection
 * does. Used by one thread at a time, for one connection.
 */
final class OurReader {
    private static final byte[] NOTHING = {};

    private final int headBytesMax;
    private final int headersMax;
    private final int bodyBytesMax;
    private final Pieces pieces;
    private final BiConsumer<RequestHead, byte[]> requests;

    private byte[] unread = NOTHING;
    private @Nullable RequestHead head;
    private @Nullable BodyDecoder body;

    /** The status with which it refused, 0 if it waits for more, 200 if the client is to close. */
    private int status;

    OurReader(
            int headBytesMax,
            int headersMax,
            int bodyBytesMax,
            Pieces pieces,
            BiConsumer<RequestHead, byte[]> requests) {
        this.headBytesMax = headBytesMax;
        this.headersMax = headersMax;
        this.bodyBytesMax = bodyBytesMax;
        this.pieces = pieces;
        this.requests = requests;
    }

    /** Reads what of a range belongs to requests; after the last request it reads nothing. */
    void read(byte[] bytes, int from, int to) {
        if (status != 0) {
            return;
        }
        byte[] all = bytes;
        int at = from;
        int end = to;
        if (unread.length > 0) {
            all = Arrays.copyOf(unread, unread.length + to - from);
            System.arraycopy(bytes, from, all, unread.length, to - from);
            at = 0;
            end = all.length;
        }
        try {
            while (at < end && status == 0) {
                RequestHead request = head;
                BodyDecoder content = body;
                if (request == null || content == null) {
                    request = RequestHead.parse(all, at, end, headBytesMax, headersMax);
                    if (request == null) {
                        break;
                    }
                    at += request.length();
                    content = BodyDecoder.of(request, bodyBytesMax, headBytesMax, pieces);
                    head = request;
                    body = content;
                }
                at = content.take(all, at, end);
                if (content.isComplete()) {
                    head = null;
                    body = null;
                    requests.accept(request, content.bytes());
                    status = request.persistence() == Persistence.CLOSE ? 200 : 0;
                }
            }
            unread = Arrays.copyOfRange(all, at, end);
        } catch (HttpException e) {
            status = e.status();
            unread = NOTHING;
            abandon();
        }
    }

    int status() {
        return status;
    }

    boolean isUnfinished() {
        return status == 0 && (body != null || unread.length > 0);
    }

    /** The connection is gone. */
    void abandon() {
        BodyDecoder begun = body;
        if (begun != null) {
            begun.abandon();
            body = null;
        }
    }
}
