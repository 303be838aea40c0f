package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.myriad.protocol.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Random;

/**
 * What clients do that mean harm, an act at a time: an act connects one of their lines if that is
 * cut, and else sends something on it. Immutable.
 */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the frames that it keeps
enum Attack {
    /** One in eight is an offence, which ends the line, and one in sixteen has a wrong bit. */
    FRAMES("random frames", 2_000, 100, true) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            byte[] frame = FRAME_SOURCE.valid(random);
            switch (random.nextInt(16)) {
                case 0, 1 -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    FRAME_SOURCE.offence(random, bytes);
                    return bytes.toByteArray();
                }
                case 2 -> frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                default -> {}
            }
            return frame;
        }
    },

    TOPICS("ever new topics", 10_000, 100, true) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            String topic = "bench:" + line.number() + "-" + line.acts();
            return HostileFrames.message("\"1\"", "\"1\"", topic, "phx_join", "{}");
        }
    },

    JOINS("joins and leaves", 10_000, 5, true) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            String topic = "bench:" + line.acts() / 2 % 3;
            String event = line.acts() % 2 == 0 ? "phx_join" : "phx_leave";
            return HostileFrames.message("\"1\"", "\"1\"", topic, event, "{}");
        }
    },

    REFS("refs of 9,000 digits", 1_000, 100, true) {
        private final byte[] giant =
                HostileFrames.message(
                        "\"1\"", HostileFrames.giantRef(9_000), "bench:1", "echo", "{}");

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return giant;
        }
    },

    KEYS("1,000 duplicated keys", 2_000, 100, true) {
        private final byte[] join =
                HostileFrames.message("\"1\"", "\"1\"", "bench:1", "phx_join", "{}");
        private final byte[] echo =
                HostileFrames.message(
                        "\"1\"", "\"2\"", "bench:1", "echo", HostileFrames.duplicatedKeys(1_000));

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return line.acts() == 0 ? join : echo;
        }
    },

    DEPTH("JSON of 10,000 levels", 1_000, 100, true) {
        private final byte[] deep =
                HostileFrames.message(
                        "\"1\"", "\"1\"", "bench:1", "echo", HostileFrames.nested(10_000));

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return deep;
        }
    },

    /** A frame of 4 GiB that is announced, or a message in fragments that has no end. */
    SIZES("oversized frames", 500, 100, true) {
        private final byte[] announced = HostileFrames.frameOfFourGigabytes();
        private final byte[] begun =
                HostileFrames.frame(FrameEncoder.BINARY, false, new byte[64 << 10]);
        private final byte[] continued = HostileFrames.frame(0, false, new byte[64 << 10]);

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            if (line.number() % 2 == 0) {
                return announced;
            }
            return line.acts() == 0 ? begun : continued;
        }
    },

    FRAGMENTS("1,000 fragments of a byte", 200, 5, true) {
        private final byte[] begun = HostileFrames.frame(FrameEncoder.BINARY, false, new byte[1]);
        private final byte[] continued = HostileFrames.fragments(1_000);

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return line.acts() == 0 ? begun : continued;
        }
    },

    UPGRADES("slowloris, upgrade", 1_000, 1_000, false) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            String head = "GET " + target.path() + " HTTP/1.1\r\nx: ";
            int at = line.acts();
            return new byte[] {(byte) (at < head.length() ? head.charAt(at) : 'x')};
        }
    },

    BODIES("slowloris, long poll", 1_000, 1_000, false) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return line.acts() == 0
                    ? HostileFrames.postHead(target.longPollPath())
                    : new byte[] {'b'};
        }
    },

    SESSIONS("long polls that nobody fetches", 500, 20, false) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return ("GET " + target.longPollPath() + " HTTP/1.1\r\nhost: x\r\n\r\n")
                    .getBytes(US_ASCII);
        }
    },

    /** What it sends is nothing: the line ends as soon as it is there. */
    CONNECTS("connect and reset", 2_000, 100, false) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return new byte[0];
        }
    };

    static final HostileFrames FRAME_SOURCE = new HostileFrames("bench:");

    private final String description;
    private final int perSecond;
    private final int lines;
    private final boolean upgraded;

    Attack(String description, int perSecond, int lines, boolean upgraded) {
        this.description = description;
        this.perSecond = perSecond;
        this.lines = lines;
        this.upgraded = upgraded;
    }

    /** What an act sends on a line that is connected; nothing means that it resets the line. */
    abstract byte[] next(Target target, AttackLine line, Random random);

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String description() {
        return description;
    }

    /** Acts, unless the command says otherwise. */
    int perSecond() {
        return perSecond;
    }

    /** How many connections it has at most. */
    int lines() {
        return lines;
    }

    /** Whether a line is upgraded first. */
    boolean upgraded() {
        return upgraded;
    }
}
