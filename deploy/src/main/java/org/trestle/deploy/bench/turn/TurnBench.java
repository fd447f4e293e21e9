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
    private static final String TITLE = "What TURN costs: server CPU for a relayed packet";

    private static final String USAGE = """
            usage: deploy/bench turn [--rounds N] [--seconds N] [--alone] [--coturn PROGRAM] [--only WORDS]... [--output DIR]
              --rounds N        how often each server is measured (default 3)
              --seconds N       how long each workload is measured (default 4)
              --alone           only this relay, without coturn
              --coturn PROGRAM  which turnserver to run (default: the one on the path)
              --only WORDS      only workloads with these words in their titles
              --output DIR      where table and picture go (default docs/bench)
            """;

    private TurnBench() {}

    /** What the command line says. */
    private static final class Options {
        private int rounds = 3;
        private int seconds = 4;
        private boolean peers = true;
        private String coturn = "turnserver";
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
                    case "--coturn" -> coturn = rest.next();
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
        Cores.makeRoom();
        List<TurnContender> servers = new ArrayList<>();
        servers.add(new Trestle(distribution, scratch.resolve("trestle")));
        Coturn coturn = new Coturn(options.coturn, scratch.resolve("coturn"));
        if (options.peers && coturn.isPresent()) {
            servers.add(coturn);
        } else if (options.peers) {
            System.out.println("there is no " + options.coturn + " here: apt-get install coturn");
        }
        List<Workload<TurnContender>> workloads = workloads(options.seconds);
        workloads.removeIf(
                workload -> !options.only.isEmpty() && options.only.stream().noneMatch(workload.title()::contains));
        Results results = new Rounds(System.out).run(servers, workloads, options.rounds);
        String preface = "`deploy/bench turn`: medians of " + options.rounds
                + " rounds (lowest to highest), each server started afresh in each; " + options.seconds
                + " s a workload, after 500,000 packets of warm-up, or 5 s (20 s in the first of each kind). 50 allocations, each with a"
                + " channel to a peer of its own; 256 packets on their way, 1,024 in bursts. The server has one processor"
                + " core, the load the others; everything is loopback, where the sender pays for the receiver's network"
                + " stack too. In bursts of 16 the network hands over the packets of a client as one, as cards do. coturn is"
                + " Debian's package, one relay thread, same range of ports.";
        Rounds.write(options.output, "turn", TITLE, preface, results);
        System.out.println();
        System.out.println(results.table());
    }

    private static List<Workload<TurnContender>> workloads(int measured) {
        Relaying.Seconds first = new Relaying.Seconds(20, measured);
        Relaying.Seconds later = new Relaying.Seconds(5, measured);
        List<Workload<TurnContender>> all = new ArrayList<>();
        all.add(udp("single packets, 160 bytes, to peers", 256, 1, 160, true, first));
        all.add(udp("single packets, 160 bytes, to clients", 256, 1, 160, false, later));
        all.add(udp("runs of 4, 160 bytes, to peers", 256, 4, 160, true, later));
        all.add(udp("single packets, 1200 bytes, to peers", 256, 1, 1200, true, later));
        all.add(udp("bursts of 16, 160 bytes, to peers", 1024, 16, 160, true, later));
        all.add(udp("bursts of 16, 160 bytes, to clients", 1024, 16, 160, false, later));
        all.add(udp("bursts of 16, 1200 bytes, to peers", 1024, 16, 1200, true, later));
        all.add(udp("bursts of 16, 1200 bytes, to clients", 1024, 16, 1200, false, later));
        Load.Shape both = new Load.Shape(128, 4, 1200, true, true);
        all.add(new Relaying("clients over TCP, 1200 bytes, both ways", Link.Kind.TCP, false, both, first));
        all.add(new Relaying("clients over TLS, 1200 bytes, both ways", Link.Kind.TLS, false, both, first));
        all.add(new Pacing(later));
        all.add(new Pausing(new Relaying.Seconds(2, 5 * measured)));
        all.add(new Allocating());
        all.add(new Holding());
        return all;
    }

    private static Relaying udp(
            String title, int window, int burst, int size, boolean toPeer, Relaying.Seconds seconds) {
        Load.Shape shape = new Load.Shape(window, burst, size, toPeer, !toPeer);
        return new Relaying(title, Link.Kind.UDP, burst == 16, shape, seconds);
    }
}
