package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Which coturns take part: each program once, whatever it is called, also when two are of one release. */
final class Coturns {
    private static final String PROGRAM = "turnserver";

    private Coturns() {}

    /** Where one is usually: Debian's package first, then what was built here, then what the path has. */
    static List<Path> usual(String path) {
        return Stream.concat(
                        Stream.of("/usr/bin", "/usr/local/bin"),
                        Stream.of(path.split(":")).filter(part -> !part.isEmpty()))
                .map(directory -> Path.of(directory, PROGRAM))
                .filter(Files::isExecutable)
                .toList();
    }

    /**
     * Those that take part, in this order.
     *
     * @param usual what may be there; what does not run is left out
     * @param named what was asked for; fails with {@link IllegalArgumentException} when one is no coturn
     */
    static List<Coturn> of(List<Path> usual, List<Path> named, Path scratch) throws IOException {
        Set<Path> programs = new LinkedHashSet<>();
        for (Path program : usual) {
            if (!Coturn.release(program).isEmpty()) {
                programs.add(program.toRealPath());
            }
        }
        for (Path program : named) {
            if (!Files.isExecutable(program) || Coturn.release(program).isEmpty()) {
                throw new IllegalArgumentException(
                        program + " is no turnserver: \"" + program + " --version\" should tell its release");
            }
            programs.add(program.toRealPath());
        }
        List<Coturn> all = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (Path program : programs) {
            String name = "coturn " + Coturn.release(program);
            String other = name;
            for (int i = 2; !names.add(other); i++) {
                other = name + " (" + i + ")";
            }
            all.add(new Coturn(program, other, scratch.resolve("coturn-" + all.size())));
        }
        return all;
    }
}
