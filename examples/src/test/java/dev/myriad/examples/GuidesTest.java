package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code in the guides is code that is compiled: each piece stands in a file of this module, or
 * of the program that shows Spring Boot.
 */
class GuidesTest {
    private static final Path GUIDES = Path.of("../docs/guides");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    static Stream<Path> guides() {
        return list(GUIDES, ".md").stream();
    }

    @ParameterizedTest
    @MethodSource("guides")
    void showsOnlyCodeThatIsCompiled(Path guide) throws IOException {
        String sources =
                Stream.of("src", "../compat/spring-boot/src")
                        .flatMap(folder -> list(Path.of(folder), ".java").stream())
                        .map(GuidesTest::words)
                        .collect(Collectors.joining("\n"));
        List<String> pieces =
                JAVA.matcher(Files.readString(guide))
                        .results()
                        .map((MatchResult piece) -> piece.group(1))
                        .toList();
        assertThat(pieces).isNotEmpty();
        for (String piece : pieces) {
            assertThat(sources.contains(words(piece))).as("%s shows:%n%s", guide, piece).isTrue();
        }
    }

    private static String words(Path file) {
        try {
            return words(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** However the lines are broken and indented. */
    private static String words(String text) {
        return String.join(" ", text.strip().split("\\s+"));
    }

    private static List<Path> list(Path folder, String end) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
