package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.trestle.deploy.bench.Results;
import org.trestle.deploy.bench.Rounds;
import org.trestle.deploy.bench.Workload;

/** {@code deploy/bench turn}. */
public final class TurnBench {
    private static final String NAME = "turn";
    private static final String TITLE = "What TURN costs";

    // What the reader is told of how it was measured.
    private static final String MACHINE = "machine";
    private static final String JAVA = "java";
    private static final String SECONDS = "seconds";

    // What this relay may need for a packet, in microseconds of a processor core.
    private static final double SINGLE = 4.2;
    private static final double RUNS_OF_4 = 3.4;
    private static final double BURSTS = 1.2;
    private static final double TCP = 4.0;
    private static final double TLS = 6.0;

    private static final String PREFACE = """
            `deploy/bench turn` on %s, Java %s. %s, one server after the other and each \
            started afresh; memory is measured once. The server has one processor core, the load the others; \
            everything is loopback, where the sender pays for the receiver's network stack too. coturn has one relay \
            thread and the same range of ports.

            * **CPU for a packet**: %s s each, after 500,000 packets (at most 5 s, 20 s in the first of each kind) of warm-up. 50 allocations, each with a \
            channel to a peer of its own; 256 packets on their way, 1,024 in bursts, and each that arrives lets the next \
            one go. In bursts of 16 the network hands over the packets of a client as one, as cards do.
            * **Delay**: 20,000 packets/s, one at a time, by a load that never sleeps. What 99 %% of the packets need at \
            most, less the median of the same packets without a server.
            * **Pause**: the longest that Java reports for its collector, which is told to look at everything each time \
            when 2,000 clients have come and gone, while 50,000 packets/s pass.
            * **Allocations**: challenge, signed request, socket; 50 µs are 20,000 a second on one core. \
            coturn refuses an address for a second after its allocation has ended; its rate has the waiting in it, its CPU \
            not.
            * **Memory**: 5,000 allocations with a channel, in a process that was started for it and has served 500 at a time before. \
            In use are the objects that a full collection leaves, and what the C library says of coturn's heap (when gdb is \
            here to ask it). A process also grows by what is free again: of this relay by what its collector has not taken yet.

            The last column is what this relay may need at most, and whether it keeps to it.""";

    private static final String USAGE = """
            usage: deploy/bench turn [--rounds N] [--seconds N] [--alone] [--coturn PROGRAM]... [--only WORDS]... [--output DIR] [--redraw]
              --rounds N        how often each server is measured (default 3)
              --seconds N       how long each workload is measured (default 4)
              --alone           only this relay and what is named by --coturn
              --coturn PROGRAM  one more turnserver, such as a newer release; so does COTURN=PROGRAM in the environment.
                                Measured without being named: Debian's, and one in /usr/local/bin or on the path
              --only WORDS      only workloads with these words in their titles
              --output DIR      where table and picture go (default docs/bench)
              --redraw          measures nothing: table and picture anew from the figures in DIR/turn.tsv
            """;

    private TurnBench() {}

    /** What the command line says. */
    private static final class Options {
        private int rounds = 3;
        private int seconds = 4;
        private boolean peers = true;
        private boolean redraw;
        private final List<Path> coturns = new ArrayList<>();
        private Path output = Path.of("docs/bench");
        private final List<String> only = new ArrayList<>();

        private Options(List<String> words) {
            Iterator<String> rest = words.iterator();
            while (rest.hasNext()) {
                String word = rest.next();
                switch (word) {
                    case "--rounds" -> rounds = Integer.parseInt(rest.next());
                    case "--seconds" -> seconds = Integer.parseInt(rest.next());
                    case "--alone" -> peers = false;
                    case "--redraw" -> redraw = true;
                    case "--coturn" -> coturns.add(Path.of(rest.next()));
                    case "--only" -> only.add(rest.next());
                    case "--output" -> output = Path.of(rest.next());
                    default -> throw new IllegalArgumentException("there is no option " + word);
                }
            }
        }
    }

    /** Arguments: the distribution, a directory for what the servers write, then the options. */
    public static void main(String[] words) throws IOException {
        try {
            List<String> all = List.of(words);
            run(Path.of(words[0]), Path.of(words[1]), new Options(all.subList(2, all.size())));
        } catch (IllegalArgumentException | NoSuchElementException wrong) {
            System.err.print("bench: " + wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
    }

    private static void run(Path distribution, Path scratch, Options options) throws IOException {
        Results results = options.redraw ? Rounds.read(options.output, NAME) : measured(distribution, scratch, options);
        write(options.output, results);
        System.out.println();
        System.out.println(results.table());
    }

    /** Table and picture, and the figures that they are made of. */
    static void write(Path directory, Results results) throws IOException {
        String preface = PREFACE.formatted(
                results.fact(MACHINE),
                results.fact(JAVA),
                Results.asWords(results.rounds(), true),
                results.fact(SECONDS));
        Rounds.write(directory, NAME, TITLE, preface, results);
    }

    private static Results measured(Path distribution, Path scratch, Options options) throws IOException {
        Cores.makeRoom();
        List<TurnContender> servers = new ArrayList<>();
        servers.add(new Trestle(distribution, scratch.resolve("trestle")));
        servers.addAll(coturns(options, scratch));
        List<Workload<TurnContender>> workloads = workloads(options.seconds);
        workloads.removeIf(
                workload -> !options.only.isEmpty() && options.only.stream().noneMatch(workload.title()::contains));
        Results results = new Rounds(System.out).run(servers, workloads, options.rounds);
        results.note(MACHINE, Machine.words());
        results.note(JAVA, Runtime.version().feature());
        results.note(SECONDS, options.seconds);
        return results;
    }

    /** Debian's and a newer one when they are there, and what was named. */
    private static List<Coturn> coturns(Options options, Path scratch) throws IOException {
        List<Path> named = new ArrayList<>(options.coturns);
        String variable = System.getenv().getOrDefault("COTURN", "");
        if (!variable.isEmpty()) {
            named.add(Path.of(variable));
        }
        String path = System.getenv().getOrDefault("PATH", "");
        List<Coturn> found = Coturns.of(options.peers ? Coturns.usual(path) : List.of(), named, scratch);
        if (found.isEmpty() && options.peers) {
            System.out.println("no coturn is here: deploy/bench --install");
        }
        return found;
    }

    private static List<Workload<TurnContender>> workloads(int measured) {
        Relaying.Seconds first = new Relaying.Seconds(20, measured);
        Relaying.Seconds later = new Relaying.Seconds(5, measured);
        List<Workload<TurnContender>> all = new ArrayList<>();
        all.add(udp("single packets, 160 bytes, to peers", 256, 1, 160, true, first, SINGLE));
        all.add(udp("single packets, 160 bytes, to clients", 256, 1, 160, false, later, SINGLE));
        all.add(udp("runs of 4, 160 bytes, to peers", 256, 4, 160, true, later, RUNS_OF_4));
        all.add(udp("single packets, 1200 bytes, to peers", 256, 1, 1200, true, later, SINGLE));
        all.add(udp("bursts of 16, 160 bytes, to peers", 1024, 16, 160, true, later, BURSTS));
        all.add(udp("bursts of 16, 160 bytes, to clients", 1024, 16, 160, false, later, BURSTS));
        all.add(udp("bursts of 16, 1200 bytes, to peers", 1024, 16, 1200, true, later, BURSTS));
        all.add(udp("bursts of 16, 1200 bytes, to clients", 1024, 16, 1200, false, later, BURSTS));
        Load.Shape both = new Load.Shape(128, 4, 1200, true, true);
        all.add(new Relaying("clients over TCP, 1200 bytes, both ways", Link.Kind.TCP, false, both, first, TCP));
        all.add(new Relaying("clients over TLS, 1200 bytes, both ways", Link.Kind.TLS, false, both, first, TLS));
        all.add(new Pacing(later));
        all.add(new Pausing(new Relaying.Seconds(2, 3 * measured)));
        all.add(new Allocating());
        all.add(new Holding());
        return all;
    }

    private static Relaying udp(
            String title, int window, int burst, int size, boolean toPeer, Relaying.Seconds seconds, double most) {
        Load.Shape shape = new Load.Shape(window, burst, size, toPeer, !toPeer);
        return new Relaying(title, Link.Kind.UDP, burst == 16, shape, seconds, most);
    }
}
