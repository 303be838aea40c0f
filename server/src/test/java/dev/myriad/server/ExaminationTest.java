package dev.myriad.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ExaminationTest {
    @TempDir private Path root;

    @BeforeEach
    void aMachineWith24GigabytesAndUsualSettings() throws IOException {
        proc(
                "self/limits",
                """
                Max processes             900     900    processes
                Max open files            20000   20000  files
                """);
        proc("meminfo", "MemTotal:  24684084 kB\nMemAvailable:   24000000 kB\n");
        proc("sys/fs/file-max", "9223372036854775807\n");
        proc("sys/net/ipv4/tcp_mem", "287898\t383867\t575796\n");
        proc("sys/net/core/somaxconn", "4096\n");
        proc("sys/net/ipv4/tcp_max_syn_backlog", "4096\n");
        proc("sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    }

    @Test
    void thisMachineHolds100_000() {
        List<Check> checks = examine(100_000, Optional.empty());
        assertThat(checks).noneMatch(check -> check.verdict() == Check.Verdict.LOW);
        assertThat(named(checks, "open files (hard limit)").needed())
                .isEqualTo("6 rings of io_uring hold them");
        assertThat(named(checks, "net.ipv4.ip_local_port_range").needed()).startsWith("4 client");
    }

    @Test
    void twoMillionNeedMore() {
        List<Check> checks = examine(2_000_000, Optional.empty());
        assertThat(
                        checks.stream()
                                .flatMap(check -> check.fix().stream())
                                .map(Check.Setting::command))
                .containsExactly(
                        "sysctl -w net.ipv4.tcp_mem=\"750000 1000000 1500000\"",
                        "sysctl -w net.core.somaxconn=40000",
                        "sysctl -w net.ipv4.tcp_max_syn_backlog=40000");
    }

    @Test
    void withoutIoUringTheOpenFilesAreTheBound() {
        List<Check> checks = examine(100_000, Optional.of("the container forbids it"));
        assertThat(named(checks, "open files (hard limit)").verdict()).isEqualTo(Check.Verdict.LOW);
        assertThat(named(checks, "io_uring").verdict()).isEqualTo(Check.Verdict.INFO);
    }

    @Test
    void fewOpenFilesAndFewThreadsAreNamed() throws IOException {
        proc("self/limits", "Max processes 50 50 processes\nMax open files 256 256 files\n");
        List<Check> checks = examine(100_000, Optional.empty());
        Check files = named(checks, "open files (hard limit)");
        assertThat(files.verdict()).isEqualTo(Check.Verdict.LOW);
        assertThat(files.needed()).startsWith("918: ulimit -Hn");
        assertThat(named(checks, "threads (hard limit)").verdict()).isEqualTo(Check.Verdict.LOW);
        proc("self/limits", "Max open files 918 918 files\n");
        assertThat(named(examine(100_000, Optional.empty()), "open files (hard limit)").verdict())
                .isEqualTo(Check.Verdict.OK);
    }

    @Test
    void ioUringDisabledByTheKernelSettingIsFixed() throws IOException {
        proc("sys/kernel/io_uring_disabled", "2\n");
        Check check = named(examine(1_000, Optional.of("EPERM")), "io_uring");
        assertThat(check.fix()).contains(new Check.Setting("kernel.io_uring_disabled", "0"));
    }

    @Test
    void connectionTrackingCountsOnlyWhereItTracks() throws IOException {
        proc("sys/net/netfilter/nf_conntrack_max", "65536\n");
        proc("sys/net/netfilter/nf_conntrack_count", "0\n");
        assertThat(examine(100_000, Optional.empty()))
                .noneMatch(check -> check.name().contains("conntrack"));
        proc("sys/net/netfilter/nf_conntrack_count", "7\n");
        assertThat(
                        named(examine(100_000, Optional.empty()), "net.netfilter.nf_conntrack_max")
                                .fix())
                .contains(new Check.Setting("net.netfilter.nf_conntrack_max", "110000"));
    }

    @Test
    void aMachineThatTellsNothingIsNotBlamed() {
        Examination examination =
                new Examination(
                        new Proc(root.resolve("absent")), 100_000, Optional.of("no Linux"), false);
        assertThat(examination.checks())
                .extracting(Check::name)
                .containsExactly("io_uring", "handlers that compute");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theRealKernelIsReadInOnePiece() {
        assertThat(Proc.SYSTEM.sysctl("net.ipv4.ip_local_port_range")).hasSize(2);
        assertThat(Proc.SYSTEM.sysctl("fs.nr_open")[0]).isGreaterThan(1_000);
        assertThat(Proc.SYSTEM.openFilesMax()).isPresent();
        assertThat(Proc.SYSTEM.residentBytes().orElse(0)).isGreaterThan(1_000_000);
    }

    @Test
    void aFixIsWrittenWhereTheKernelReadsIt() throws IOException {
        new Proc(root).sysctl(new Check.Setting("net.core.somaxconn", "40000"));
        assertThat(root.resolve("sys/net/core/somaxconn")).hasContent("40000");
    }

    @Test
    void saysWhetherHogsCanBeServedLast() {
        Check could = named(examine(1_000, Optional.empty()), "handlers that compute");
        assertThat(could.verdict()).isEqualTo(Check.Verdict.OK);
        Examination without = new Examination(new Proc(root), 1_000, Optional.empty(), false);
        Check cannot = named(without.checks(), "handlers that compute");
        assertThat(cannot.verdict()).isEqualTo(Check.Verdict.INFO);
        assertThat(cannot.needed()).contains("SYS_NICE");
    }

    private List<Check> examine(int connections, Optional<String> obstacle) {
        return new Examination(new Proc(root), connections, obstacle, true).checks();
    }

    private static Check named(List<Check> checks, String name) {
        return checks.stream().filter(check -> check.name().equals(name)).findFirst().orElseThrow();
    }

    private void proc(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
