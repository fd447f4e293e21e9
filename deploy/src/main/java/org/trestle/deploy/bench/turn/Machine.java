package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine that is measured on, in words for the reader of the table. */
final class Machine {

    private Machine() {}

    /** Such as "2 cores of AMD EPYC 7763, Linux 6.18". */
    static String words() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
        String model = lines.stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("an unnamed processor");
        // Not those that this process may use: it has left one to the server.
        long cores = lines.stream().filter(line -> line.startsWith("processor")).count();
        String kernel = System.getProperty("os.version").replaceAll("^(\\d+\\.\\d+).*", "$1");
        return cores + " cores of " + model + ", Linux " + kernel;
    }
}
