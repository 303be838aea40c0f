package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.myriad.longpoll.Lines;
import dev.myriad.testkit.Mutator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The bodies that clients of long polling post: the lines are those that splitting gives. */
final class LinesTarget implements Target {
    private final ByteText text = new ByteText();

    @Override
    public byte[] make(Randomness random) {
        text.clear();
        for (int i = random.nextInt(4); i >= 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    byte[] bytes = new byte[random.nextInt(40)];
                    Arrays.fill(bytes, (byte) random.nextInt(256));
                    text.add(Base64.getEncoder().encode(bytes));
                }
                case 1 -> text.add(random.oneIn(4) ? "not base64!" : "");
                case 2 -> MadeJson.putObject(text, random, 1);
                default -> {
                    text.add("[\"1\",\"2\",\"room:1\",\"say\",");
                    MadeJson.putObject(text, random, 1);
                    text.add("]");
                }
            }
            text.add(random.oneIn(4) ? "\r\n" : "\n");
        }
        return Mutator.sometimes(text.toBytes(), random);
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        List<Lines.Message> messages;
        meter.begin();
        try {
            messages = Lines.of(input);
        } catch (IllegalArgumentException _) {
            messages = List.of();
        }
        meter.end(input.length);
        List<byte[]> expected = split(input);
        demand(messages.size() == expected.size(), "not as many as there are lines");
        for (int i = 0; i < messages.size(); i++) {
            Lines.Message message = messages.get(i);
            byte[] line = expected.get(i);
            byte[] bytes = message.isText() ? line : Base64.getDecoder().decode(line);
            demand(message.isText() == isJson(line), "text or not");
            demand(Arrays.equals(message.bytes(), bytes), "not what stands there");
        }
    }

    /** The lines that are not empty; none if one is neither JSON nor base64. */
    private static List<byte[]> split(byte[] input) {
        List<byte[]> lines = new ArrayList<>();
        for (String line : new String(input, ISO_8859_1).split("\n", -1)) {
            String content = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (!content.isEmpty()) {
                byte[] bytes = content.getBytes(ISO_8859_1);
                if (!isJson(bytes) && !isBase64(bytes)) {
                    return List.of();
                }
                lines.add(bytes);
            }
        }
        return lines;
    }

    private static boolean isJson(byte[] line) {
        return line[0] == '[' || line[0] == '{';
    }

    private static boolean isBase64(byte[] line) {
        try {
            byte[] _ = Base64.getDecoder().decode(line);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
