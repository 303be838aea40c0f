package dev.myriad.protocol;

/**
 * The body of a request (RFC 9112, sections 6 and 7), collected from pieces of any size. Used by
 * one thread at a time.
 *
 * <p>Chunk extensions and trailers are checked for form and dropped; each kind may have as many
 * bytes as a head.
 */
public final class BodyDecoder {
    private static final int SIZE_DIGITS_MAX = 16;

    /** Where in the body the next byte stands. */
    private enum At {
        DATA,
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        LAST_LF,
        COMPLETE
    }

    private final int bytesMax;
    private final int besideMax;
    private final boolean chunked;
    private final Gathered data;
    private At at;

    /** Data of this chunk, or of the whole, still to come. */
    private long missing;

    private int sizeDigits;
    private boolean extensionBegun;
    private int besideBytes;

    private BodyDecoder(RequestHead head, int bytesMax, int besideMax, Pieces pieces) {
        this.data = new Gathered(pieces);
        this.bytesMax = bytesMax;
        this.besideMax = besideMax;
        this.chunked = head.isChunked();
        this.missing = head.contentLength().orElse(0);
        if (missing > bytesMax) {
            throw tooLong();
        }
        this.at = chunked ? At.SIZE : missing == 0 ? At.COMPLETE : At.DATA;
    }

    /**
     * The body that follows this head, if any.
     *
     * @param bytesMax of the data
     * @param besideMax of all chunk extensions, and then of all trailers
     * @param pieces for the data if it is long, until {@link #bytes} or {@link #abandon}
     * @throws HttpException 413 if the head says that it is longer
     */
    public static BodyDecoder of(RequestHead head, int bytesMax, int besideMax, Pieces pieces) {
        return new BodyDecoder(head, bytesMax, besideMax, pieces);
    }

    /**
     * Takes what belongs to the body; returns the index after it.
     *
     * @throws HttpException 400 if it is malformed, 413 if its data is too long, 431 if extensions
     *     or trailers are
     */
    public int take(byte[] input, int from, int to) {
        int next = from;
        while (next < to && at != At.COMPLETE) {
            if (at == At.DATA) {
                next += data(input, next, to);
            } else {
                at = after(input[next++]);
            }
        }
        return next;
    }

    /** What it holds of the memory, for whoever bounds the sum over all bodies. */
    public int capacity() {
        return data.capacity();
    }

    /** It will not be completed. */
    public void abandon() {
        data.free();
    }

    public boolean isComplete() {
        return at == At.COMPLETE;
    }

    /** All of it, once it is complete; to be called once. */
    public byte[] bytes() {
        byte[] all = data.toArray();
        data.free();
        return all;
    }

    private int data(byte[] input, int from, int to) {
        int taken = (int) Math.min(missing, to - from);
        long left = chunked ? bytesMax - data.length() : missing;
        data.append(input, from, from + taken, (int) left);
        missing -= taken;
        if (missing == 0) {
            at = chunked ? At.DATA_CR : At.COMPLETE;
        }
        return taken;
    }

    /** Where the byte after this one stands. */
    private At after(byte b) {
        return switch (at) {
            case SIZE -> size(b);
            case EXTENSION -> extension(b);
            case SIZE_LF -> {
                expect(b == '\n');
                sizeDigits = 0;
                extensionBegun = false;
                besideBytes = missing == 0 ? 0 : besideBytes;
                yield missing == 0 ? At.TRAILER_START : At.DATA;
            }
            case DATA_CR -> {
                expect(b == '\r');
                yield At.DATA_LF;
            }
            case DATA_LF -> {
                expect(b == '\n');
                yield At.SIZE;
            }
            case TRAILER_START -> {
                if (b == '\r') {
                    yield At.LAST_LF;
                }
                expect(HttpToken.isTokenCharacter((char) (b & 0xFF)));
                countBeside();
                yield At.TRAILER_NAME;
            }
            case TRAILER_NAME -> {
                countBeside();
                expect(b == ':' || HttpToken.isTokenCharacter((char) (b & 0xFF)));
                yield b == ':' ? At.TRAILER_VALUE : At.TRAILER_NAME;
            }
            case TRAILER_VALUE -> {
                countBeside();
                expect(b == '\r' || isText(b));
                yield b == '\r' ? At.TRAILER_LF : At.TRAILER_VALUE;
            }
            case TRAILER_LF -> {
                expect(b == '\n');
                yield At.TRAILER_START;
            }
            case LAST_LF -> {
                expect(b == '\n');
                yield At.COMPLETE;
            }
            case DATA, COMPLETE -> throw new AssertionError(at);
        };
    }

    private At size(byte b) {
        int digit = Character.digit(b & 0xFF, 16);
        if (digit >= 0) {
            expect(++sizeDigits <= SIZE_DIGITS_MAX);
            missing = missing << 4 | digit;
            if (missing > bytesMax - data.length()) {
                throw tooLong();
            }
            return At.SIZE;
        }
        expect(sizeDigits > 0);
        return b == '\r' ? At.SIZE_LF : extension(b);
    }

    /** Behind the size: a semicolon, perhaps after blanks, and anything on that line. */
    private At extension(byte b) {
        if (b == '\r' && extensionBegun) {
            return At.SIZE_LF;
        }
        countBeside();
        expect(extensionBegun ? isText(b) : b == ';' || b == ' ' || b == '\t');
        extensionBegun |= b == ';';
        return At.EXTENSION;
    }

    private void countBeside() {
        if (++besideBytes > besideMax) {
            throw new HttpException(431, "too much beside the body");
        }
    }

    private static boolean isText(byte b) {
        return (b < 0 || b >= ' ' || b == '\t') && b != 0x7F;
    }

    private static void expect(boolean right) {
        if (!right) {
            throw HttpException.badRequest("malformed chunk");
        }
    }

    private static HttpException tooLong() {
        return new HttpException(413, "the body is too long");
    }
}
