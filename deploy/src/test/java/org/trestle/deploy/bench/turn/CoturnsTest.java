package org.trestle.deploy.bench.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With programs that tell a release and their options, as coturn's do. */
final class CoturnsTest {
    private static final String OLD_OPTIONS = " --no-dtls   Do not start DTLS.\n --no-cli   Turn OFF the CLI.";
    private static final String NEW_OPTIONS = " --no-tls   If --no-tls and --no-dtls are given, or --no-cli ...";

    @TempDir
    private Path directory;

    private Path program(String name, String says, String options) throws IOException {
        Path program = directory.resolve(name);
        Files.writeString(program, """
                #!/bin/sh
                case $1 in
                --version) echo "%s" ;;
                *) echo "%s"; exit 255 ;;
                esac
                """.formatted(says, options));
        assertTrue(program.toFile().setExecutable(true));
        return program;
    }

    private static List<String> names(List<Coturn> coturns) {
        return coturns.stream().map(Coturn::name).toList();
    }

    @Test
    void aNewerOneIsMeasuredBesideTheUsualOne() throws Exception {
        Path usual = program("a", "4.6.1", OLD_OPTIONS);
        Path newer = program("b", "Coturn-4.17.1 'Gorst'", NEW_OPTIONS);
        List<Coturn> both = Coturns.of(List.of(usual), List.of(newer), directory);
        assertEquals(List.of("coturn 4.6.1", "coturn 4.17.1"), names(both));
        assertEquals("(" + newer.toRealPath() + ")", both.get(1).version());
    }

    @Test
    void aCopyOfTheSameReleaseIsMeasuredTooButAnotherNameOfTheSameProgramIsNot() throws Exception {
        Path usual = program("a", "4.6.1", OLD_OPTIONS);
        Path copy = program("b", "4.6.1", OLD_OPTIONS);
        Path link = Files.createSymbolicLink(directory.resolve("c"), usual);
        assertEquals(
                List.of("coturn 4.6.1", "coturn 4.6.1 (2)"),
                names(Coturns.of(List.of(usual, link), List.of(copy, usual), directory)));
    }

    @Test
    void whatIsNoTurnserverIsLeftOutWhereItIsUsualAndRefusedWhereItWasAskedFor() throws Exception {
        Path other = program("a", "ls (GNU coreutils) 9.1", "");
        assertEquals(List.of(), Coturns.of(List.of(other), List.of(), directory));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Coturns.of(List.of(), List.of(other), directory))
                .getMessage()
                .contains(other + " is no turnserver"));
        Path missing = directory.resolve("missing");
        assertThrows(IllegalArgumentException.class, () -> Coturns.of(List.of(), List.of(missing), directory));
    }

    @Test
    void theUsualPlacesAreThoseOfDebianAndOfThePath() throws Exception {
        Path mine = program("turnserver", "4.6.1", OLD_OPTIONS);
        assertTrue(Coturns.usual("/nowhere::" + directory).contains(mine));
        assertFalse(Coturns.usual("/nowhere").contains(mine));
    }

    @Test
    void optionsThatAReleaseHasNoMoreAreNotGiven() throws Exception {
        Keys keys = new Keys(directory.resolve("cert"), directory.resolve("key"));
        Coturn old = new Coturn(program("a", "4.6.1", OLD_OPTIONS), "old", directory);
        Coturn newest = new Coturn(program("b", "4.17.2", NEW_OPTIONS), "new", directory);
        assertTrue(old.command(keys).containsAll(List.of("--no-dtls", "--no-cli")));
        assertFalse(newest.command(keys).contains("--no-dtls"));
        assertFalse(newest.command(keys).contains("--no-cli"));
    }

    @Test
    void whatTheHeapHasInUseIsTheLastTotal() {
        String log = """
                socket: Protocol not supported
                Arena 0:
                in use bytes     =     692448
                Total (incl. mmap):
                system bytes     =    7794688
                in use bytes     =    7170976
                Arena 0:
                in use bytes     =     800000
                Total (incl. mmap):
                system bytes     =   87794688
                in use bytes     =   67170976
                max mmap regions =          3
                """;
        assertEquals(OptionalLong.of(67_170_976), Coturn.inUse(log));
        assertEquals(OptionalLong.empty(), Coturn.inUse("socket: Protocol not supported\nin use bytes = 5\n"));
    }
}
