package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.myriad.protocol.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
            return RESET;
        }
    },

    /** As honest clients do that have a bad network: three acts each time. */
    CHURN("clients that come and go", 1_500, 200, true) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return line.acts() == 0
                    ? HostileFrames.message(
                            "\"1\"", "\"1\"", "bench:" + line.number(), "phx_join", "{}")
                    : RESET;
        }
    },

    /** A megabyte each but for the last byte, in pieces. */
    BODIES_BEGUN("bodies of 1 MiB less a byte", 4_000, 700, false) {
        private static final int LENGTH = 1 << 20;
        private final byte[] piece = new byte[64 << 10];
        private final byte[] last = new byte[(64 << 10) - 1];

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            int pieces = LENGTH / piece.length;
            if (line.acts() == 0) {
                return HostileFrames.postHead(target.longPollPath(), LENGTH);
            }
            return line.acts() < pieces ? piece : line.acts() == pieces ? last : HOLD;
        }
    },

    READERS("echoes of 60 kB, unread", 2_000, 800, true) {
        private final byte[] join =
                HostileFrames.message("\"1\"", "\"1\"", "bench:1", "phx_join", "{}");
        private final byte[] echo =
                HostileFrames.message(
                        "\"1\"", "\"2\"", "bench:1", "echo", HostileFrames.string(60_000));

        @Override
        boolean isDeaf() {
            return true;
        }

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return line.acts() == 0 ? join : echo;
        }
    },

    /** Each opens a session, joins, and publishes to all those before. */
    PILES("unfetched sessions, 1 connection", 500, 1, false) {
        private static final int STEPS = 3;
        private static final int SESSIONS_MAX = 511;
        private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");
        private final String join = "[\"1\",\"1\",\"bench:piles\",\"phx_join\",{}]";
        private final String shout =
                "[\"1\",\"2\",\"bench:piles\",\"shout\",%s]"
                        .formatted(HostileFrames.string(16_000));
        private String token = "";

        @Override
        boolean awaitsAnswers() {
            return true;
        }

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            int step = line.acts() / STEPS < SESSIONS_MAX ? line.acts() % STEPS : 2;
            if (step == 0) {
                return ("GET " + target.longPollPath() + " HTTP/1.1\r\nhost: x\r\n\r\n")
                        .getBytes(US_ASCII);
            }
            if (step == 1) {
                Matcher found = TOKEN.matcher(line.heard());
                token = found.find() ? found.group(1) : token;
            }
            String body = step == 1 ? join : shout;
            return (new String(
                                    HostileFrames.postHead(
                                            target.longPollPath() + "&token=" + token,
                                            body.length()),
                                    US_ASCII)
                            + body)
                    .getBytes(US_ASCII);
        }
    },

    /** To channels whose handlers sleep for half a minute. */
    STUCK("100 kB behind stuck handlers", 500, 2, true) {
        private static final int TOPICS = 100;
        private final String text = HostileFrames.string(100_000);

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            int acts = line.acts();
            String event = acts < TOPICS ? "phx_join" : acts < 2 * TOPICS ? "sleep" : "echo";
            return HostileFrames.message(
                    "\"1\"",
                    "\"1\"",
                    "bench:" + acts % TOPICS,
                    event,
                    acts < 2 * TOPICS ? "{}" : text);
        }
    },

    SPIN_40("40 handlers that compute for 3 s", 40, 40, true) {
        @Override
        boolean awaitsAnswers() {
            return true;
        }

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return HostileFrames.spin(line.number(), line.acts());
        }
    },

    SPIN_200("200 handlers that compute for 3 s", 200, 200, true) {
        @Override
        boolean awaitsAnswers() {
            return true;
        }

        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return HostileFrames.spin(line.number(), line.acts());
        }
    },

    CRASHES("handlers that throw", 2_000, 50, true) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            String event = line.acts() % 2 == 0 ? "phx_join" : "crash";
            return HostileFrames.message("\"1\"", "\"1\"", "bench:1", event, "{}");
        }
    },

    /** A line of its own in the log, if the server let it, and colours. */
    FORGERIES("topics that forge log lines", 2_000, 50, true) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            String topic = "nowhere:" + line.acts() + "\\n2026-01-01 INFO all is well\\u001b[31m";
            return HostileFrames.message("\"1\"", "\"1\"", topic, "phx_join", "{}");
        }
    },

    EXPECTATIONS("Expect: foo, with a body", 2_000, 50, false) {
        @Override
        byte[] next(Target target, AttackLine line, Random random) {
            return ("POST "
                            + target.longPollPath()
                            + " HTTP/1.1\r\nhost: x\r\nexpect: foo\r\ncontent-length: 3\r\n\r\nabc")
                    .getBytes(US_ASCII);
        }
    };

    /** In place of bytes: the line is reset. */
    static final byte[] RESET = new byte[0];

    /** In place of bytes: nothing is sent. */
    static final byte[] HOLD = new byte[0];

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

    /** What an act sends on a line that is connected; or {@link #RESET}, or {@link #HOLD}. */
    abstract byte[] next(Target target, AttackLine line, Random random);

    /** Whether its lines do not read what comes. */
    boolean isDeaf() {
        return false;
    }

    /** Whether a line sends no more until something has come. */
    boolean awaitsAnswers() {
        return false;
    }

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
