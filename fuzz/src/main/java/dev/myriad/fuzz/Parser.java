package dev.myriad.fuzz;

import dev.myriad.protocol.Serializer;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What there is to try, each with a bound on what it may allocate. */
enum Parser {
    HTTP(40_000, 120),
    FRAMES(2_000, 60),
    FRAMES_OF_SERVERS(2_000, 200),
    UTF8(64, 0),
    JSON(3_000, 2),
    TEXT_V1(2_000, 64), // a short key with escapes is compared with each of five
    TEXT_V2(2_000, 2),
    BINARY(2_000, 8),
    TERMS(4_000, 100),
    TOKENS(16_000, 20),
    JWT(200_000, 200),
    LINES(2_000, 200),
    CBOR(200_000, 400),
    POOL(Long.MAX_VALUE, 0),
    HTTP_AGAINST_NETTY(Long.MAX_VALUE, 0),
    HTTP_AGAINST_NODE(Long.MAX_VALUE, 0);

    private final long bytesMin;
    private final long bytesPerByte;

    Parser(long bytesMin, long bytesPerByte) {
        this.bytesMin = bytesMin;
        this.bytesPerByte = bytesPerByte;
    }

    Meter meter() {
        return new Meter(bytesMin, bytesPerByte);
    }

    /** Null if it needs a program that this machine has not. */
    @Nullable Target target() throws IOException {
        return switch (this) {
            case HTTP -> new HttpTarget();
            case FRAMES -> new FrameTarget(true);
            case FRAMES_OF_SERVERS -> new FrameTarget(false);
            case UTF8 -> new Utf8Target();
            case JSON -> new JsonTarget();
            case TEXT_V1 -> new TextTarget(Serializer.V1);
            case TEXT_V2 -> new TextTarget(Serializer.V2);
            case BINARY -> new BinaryTarget();
            case TERMS -> new TermTarget();
            case TOKENS -> new TokenTarget();
            case JWT -> new JwtTarget();
            case LINES -> new LinesTarget();
            case CBOR -> new CborTarget();
            case POOL -> new PoolTarget();
            case HTTP_AGAINST_NETTY -> new AgainstTarget(new NettyReader());
            case HTTP_AGAINST_NODE -> {
                NodeReader node = NodeReader.start();
                yield node == null ? null : new AgainstTarget(node);
            }
        };
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
