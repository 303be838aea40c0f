package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;

import dev.myriad.protocol.Utf8;
import dev.myriad.testkit.Mutator;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** What is UTF-8 is so to the JDK as well. */
final class Utf8Target implements Target {
    private final ByteText text = new ByteText();
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

    @Override
    public byte[] make(Randomness random) {
        MadeText.put(text.clear(), random, 12);
        return Mutator.sometimes(text.toBytes(), random);
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        Surrounded in = new Surrounded(input, random);
        meter.begin();
        boolean valid = Utf8.valid(in.bytes, in.from, in.to);
        meter.end(input.length);
        in.check();
        decoder.reset();
        boolean jdk =
                !decoder.decode(ByteBuffer.wrap(input), CharBuffer.allocate(input.length + 1), true)
                        .isError();
        demand(valid == jdk, "the JDK says " + jdk);
    }
}
