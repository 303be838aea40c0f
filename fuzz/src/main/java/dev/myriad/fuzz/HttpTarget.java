package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;

import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.HttpException;
import dev.myriad.protocol.Pieces;
import dev.myriad.protocol.RequestHead;
import dev.myriad.testkit.Mutator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stream of requests means the same whole or in pieces, as a head in front and as one behind
 * others; and a head that is written again is read as the same.
 */
final class HttpTarget implements Target {
    private static final int[] HEAD_LIMITS = {60, 200, 2_000, 8_000};

    private final ByteText text = new ByteText();
    private final Pieces pieces = new Pieces();
    private final Digest told = new Digest();

    @Override
    public byte[] make(Randomness random) {
        MadeRequests.put(text.clear(), random);
        if (random.oneIn(50)) {
            upgrade(random);
        }
        return Mutator.sometimes(text.toBytes(), random);
    }

    private void upgrade(Randomness random) {
        byte[] upgrade =
                Handshake.request(
                        "localhost:4000",
                        "/socket/websocket?vsn=2.0.0&a=%C3%A9+b",
                        "dGhlIHNhbXBsZSBub25jZQ==",
                        random.nextBoolean() ? Optional.of("phoenix") : Optional.empty());
        text.clear().add(upgrade);
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        int headMax = HEAD_LIMITS[random.nextInt(HEAD_LIMITS.length)];
        int headersMax = random.oneIn(4) ? 3 : 20;
        int bodyMax = random.oneIn(4) ? 30 : 1 << 20;
        Surrounded in = new Surrounded(input, random);
        meter.begin();
        long whole = told(in, headMax, headersMax, bodyMax, Integer.MAX_VALUE, random);
        meter.end(input.length);
        int partMax = 1 + random.nextInt(random.oneIn(4) ? 4 : 200);
        long parts =
                told(new Surrounded(input, random), headMax, headersMax, bodyMax, partMax, random);
        demand(whole == parts, "in pieces of up to " + partMax + " it means something else");
    }

    private long told(
            Surrounded in,
            int headMax,
            int headersMax,
            int bodyMax,
            int partMax,
            Randomness random) {
        told.clear();
        OurReader reader =
                new OurReader(
                        headMax,
                        headersMax,
                        bodyMax,
                        pieces,
                        (head, body) -> {
                            tell(head);
                            told.add(body);
                            demand(body.length <= bodyMax, "too long a body");
                            if (partMax != Integer.MAX_VALUE) {
                                again(head);
                            }
                        });
        int at = in.from;
        while (at < in.to) {
            int end = partMax >= in.to - at ? in.to : at + 1 + random.nextInt(partMax);
            reader.read(in.bytes, at, end);
            at = end;
        }
        told.add(reader.status());
        told.add(reader.isUnfinished() ? 1 : 0);
        reader.abandon();
        in.check();
        return told.value();
    }

    private void tell(RequestHead head) {
        told.add(head.method());
        told.add(head.target());
        told.add(head.path());
        told.add(head.queryParameters().hashCode());
        told.add(head.headers().hashCode());
        told.add(head.contentLength().orElse(-1));
        told.add(head.isHttp11() ? 1 : 0);
        told.add(head.persistence().name());
        told.add(head.length());
        if (head.wantsWebSocket()) {
            try {
                Handshake.check(head);
                told.add(Handshake.accept(head, Optional.empty()));
            } catch (HttpException e) {
                told.add(e.status());
            }
        }
    }

    private static void again(RequestHead head) {
        if (!head.isHttp11()) {
            return;
        }
        Map<String, List<String>> headers = head.headers();
        RequestHead again = RequestHead.of(head.method(), head.target(), headers);
        demand(again.headers().equals(headers), "written again its headers are others");
        demand(
                again.method().equals(head.method())
                        && again.target().equals(head.target())
                        && again.path().equals(head.path())
                        && again.queryParameters().equals(head.queryParameters())
                        && again.contentLength().equals(head.contentLength()),
                "written again it is another");
    }
}
