package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code in the guides is code that is compiled: each piece stands in a file of this module, or
 * of the programs that show Spring Boot.
 */
class GuidesTest {
    /** The packages that programs use, and the modules that they are in. */
    private static final Map<String, String> MODULES =
            Map.ofEntries(
                    Map.entry("protocol", "protocol"),
                    Map.entry("process", "process"),
                    Map.entry("tokens", "tokens"),
                    Map.entry("net", "net"),
                    Map.entry("pubsub", "pubsub"),
                    Map.entry("channels", "channels"),
                    Map.entry("jwt", "jwt"),
                    Map.entry("micrometer", "micrometer"),
                    Map.entry("cluster", "cluster"),
                    Map.entry("spring", "spring-boot-starter"),
                    Map.entry("testkit", "testkit"));

    private static final Path GUIDES = Path.of("../docs/guides");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(dev\\.myriad\\.\\w+)` \\| (.*) \\|$", Pattern.MULTILINE);
    private static final Pattern TYPE = Pattern.compile("(?<![\\w.])[A-Z]\\w*");
    private static final Pattern PUBLIC =
            Pattern.compile(
                    "^public [a-z -]*(?:class|@?interface|record|enum) (\\w+)", Pattern.MULTILINE);
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    static Stream<Path> guides() {
        return list(GUIDES, ".md").stream();
    }

    @ParameterizedTest
    @MethodSource("guides")
    void showsOnlyCodeThatIsCompiled(Path guide) throws IOException {
        String sources =
                Stream.of("src", "../compat/spring-boot/src", "../compat/support-desk/src")
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

    /**
     * The packages that a guide names are those that its code needs, and all that it names exist.
     */
    @ParameterizedTest
    @MethodSource("guides")
    void namesThePackagesOfItsTypes(Path guide) throws IOException {
        String text = Files.readString(guide);
        Map<String, String> packages = packagesByType();
        Map<String, String> named =
                ROW.matcher(text)
                        .results()
                        .flatMap(
                                row ->
                                        TYPE.matcher(row.group(2))
                                                .results()
                                                .map(type -> Map.entry(type.group(), row.group(1))))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(packages).as("%s", guide).containsAllEntriesOf(named);
        Set<String> used =
                JAVA.matcher(text)
                        .results()
                        .flatMap(piece -> TYPE.matcher(piece.group(1)).results())
                        .map(MatchResult::group)
                        .filter(packages::containsKey)
                        .collect(Collectors.toSet());
        assertThat(named.keySet()).as("%s", guide).containsAll(used);
    }

    /** The public types of the modules that programs use. */
    private static Map<String, String> packagesByType() throws IOException {
        Map<String, String> packages = new HashMap<>();
        for (Map.Entry<String, String> module : MODULES.entrySet()) {
            Path folder =
                    Path.of("..", module.getValue(), "src/main/java/dev/myriad", module.getKey());
            for (Path file : list(folder, ".java")) {
                Matcher type = PUBLIC.matcher(Files.readString(file));
                if (folder.equals(file.getParent()) && type.find()) {
                    packages.put(type.group(1), "dev.myriad." + module.getKey());
                }
            }
        }
        return packages;
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
