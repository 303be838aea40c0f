package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is published fits together: one version everywhere, and a BOM that leaves nothing out. */
class PublicationTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern MODULE = Pattern.compile("<module>([\\w-]+)</module>");
    private static final Pattern VERSION =
            Pattern.compile(
                    "<groupId>dev\\.myriad</groupId>\\s*<artifactId>[\\w-]+</artifactId>\\s*"
                            + "<version>([^$<]+)</version>");
    private static final Pattern NETTY =
            Pattern.compile("<artifactId>netty-bom</artifactId>\\s*<version>([^$<]+)</version>");
    private static final Pattern PLUGIN =
            Pattern.compile("```xml\\n(<plugin>.*?)```", Pattern.DOTALL);

    @Test
    void oneVersionIsInAllPomsAndDocuments() {
        assertThat(found(VERSION, Stream.concat(poms(), documents())))
                .containsOnly(found(VERSION, Stream.of(ROOT.resolve("pom.xml"))).getFirst());
    }

    @Test
    void documentsSayTheVersionInThreePlacesAtMost() {
        assertThat(found(VERSION, documents())).isNotEmpty().hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void oneVersionOfNettyIsInAllPomsAndDocuments() {
        assertThat(found(NETTY, Stream.concat(poms(), documents())))
                .containsOnly(found(NETTY, Stream.of(ROOT.resolve("pom.xml"))).getFirst());
    }

    @Test
    void theBomHasEachModuleThatIsPublished() {
        String bom = text(ROOT.resolve("bom/pom.xml"));
        List<String> published =
                MODULE.matcher(text(ROOT.resolve("pom.xml")))
                        .results()
                        .map(module -> module.group(1))
                        .filter(module -> !module.equals("bom"))
                        .filter(module -> !pom(module).contains("<maven.deploy.skip>true"))
                        .toList();
        assertThat(published).contains("channels", "testkit");
        assertThat(published)
                .allSatisfy(
                        module ->
                                assertThat(bom)
                                        .contains(
                                                "<artifactId>myriad-" + module + "</artifactId>"));
    }

    /** A module that is published says in its pom what it is, as Maven Central wants it. */
    @Test
    void eachModuleSaysWhatItIs() {
        assertThat(poms())
                .allSatisfy(pom -> assertThat(text(pom)).contains("<name>", "<description>"));
    }

    @Test
    void thePluginsOfTheGuidesAreThoseThatAreTested() {
        String tested =
                poms().filter(pom -> pom.startsWith(ROOT.resolve("compat")))
                        .map(pom -> words(text(pom)))
                        .collect(Collectors.joining("\n"));
        assertThat(documents().flatMap(guide -> PLUGIN.matcher(text(guide)).results()))
                .isNotEmpty()
                .allSatisfy(piece -> assertThat(tested).contains(words(piece.group(1))));
    }

    private static String pom(String module) {
        return text(ROOT.resolve(module, "pom.xml"));
    }

    private static Stream<Path> poms() {
        return files(ROOT, "pom.xml").stream();
    }

    private static Stream<Path> documents() {
        return Stream.concat(
                Stream.of(ROOT.resolve("README.md")), files(ROOT.resolve("docs"), ".md").stream());
    }

    private static List<String> found(Pattern pattern, Stream<Path> files) {
        return files.flatMap(file -> pattern.matcher(text(file)).results())
                .map(match -> match.group(1))
                .toList();
    }

    private static List<Path> files(Path folder, String end) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end))
                    .filter(file -> !file.toString().matches(".*/(target|node_modules|\\.\\w+)/.*"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String words(String text) {
        return String.join(" ", text.strip().split("\\s+"));
    }
}
