package dev.myriad.server;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "Myriad " + Objects.requireNonNullElse(version, "from sources"),
            "Java " + Runtime.version()
        };
    }
}
