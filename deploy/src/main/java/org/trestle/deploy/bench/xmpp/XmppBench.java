package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.trestle.deploy.bench.Results;
import org.trestle.deploy.bench.Rounds;
import org.trestle.deploy.bench.Workload;

/** {@code deploy/bench xmpp}. */
public final class XmppBench {
    static final String OURS = "Trestle";
    static final String OURS_ON_TWO = "Trestle, two nodes";

    private static final String TITLE = "What XMPP costs: server CPU and memory";

    // What the reader is told of how it was measured.
    private static final String SECONDS = "seconds";
    private static final String CORES = "cores";

    private static final String PREFACE = """
            `deploy/bench xmpp`. %s, one server after the other and each started afresh; %s s a workload, after 20 s of warm-up in the \
            first and 5 s in the others. 50 pairs, a window of 10 messages, 64 bytes each. Load and server share %s cores, \
            so the rates are those of both together. Prosody and ejabberd are Debian's packages with their usual modules \
            and without limits on rates. Memory is what is resident, measured once. On two nodes the senders are on one \
            and the receivers on the other, and the cost is that of both. When everybody logs in at once, all fetch their \
            rosters and send presence; what is counted ends when each has seen the presence of all contacts, and comes \
            after rehearsals, which go on until they get no cheaper (60 s at most). An empty cell: not meant to be \
            measured. The last column says what this server should need at most.""";

    private static final String USAGE = """
            usage: deploy/bench xmpp [OPTION]...
              --rounds N    how often each server is measured (default 3)
              --seconds N   how long each workload is measured (default 4)
              --alone       only this server, without Prosody and ejabberd
              --two-nodes   two nodes of this server (senders on one, receivers on the other) with all kinds of traffic and
                            logins, not only from client to client
              --name NAME   of the files that are written (default xmpp)
              --only WORDS  only workloads with these words in their titles
              --output DIR  where table and picture go (default docs/bench)
              --redraw      measures nothing: table and picture anew from the figures in DIR/NAME.tsv
            """;

    private XmppBench() {}

    /** What the command line says. */
    private static final class Options {
        private int rounds = 3;
        private int seconds = 4;
        private boolean peers = true;
        private boolean twoNodes;
        private boolean redraw;
        private String name = "xmpp";
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
                    case "--two-nodes" -> twoNodes = true;
                    case "--redraw" -> redraw = true;
                    case "--name" -> name = rest.next();
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
            Options options = new Options(all.subList(2, all.size()));
            run(Path.of(words[0]), Path.of(words[1]), options);
        } catch (IllegalArgumentException | NoSuchElementException wrong) {
            System.err.print("bench: " + wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
    }

    private static void run(Path distribution, Path scratch, Options options) throws IOException {
        Results results =
                options.redraw ? Rounds.read(options.output, options.name) : measured(distribution, scratch, options);
        write(options.output, options.name, results);
        System.out.println();
        System.out.println(results.table());
    }

    /** Table and picture, and the figures that they are made of. */
    static void write(Path directory, String name, Results results) throws IOException {
        String preface =
                PREFACE.formatted(Results.asWords(results.rounds(), true), results.fact(SECONDS), results.fact(CORES));
        Rounds.write(directory, name, TITLE, preface, results);
    }

    private static Results measured(Path distribution, Path scratch, Options options) throws IOException {
        List<XmppContender> servers = new ArrayList<>();
        servers.add(new TrestleContender(distribution, scratch.resolve("trestle"), 1, true));
        servers.add(new TrestleContender(distribution, scratch.resolve("two"), 2, options.twoNodes));
        if (options.peers) {
            servers.add(new ProsodyContender(scratch.resolve("prosody")));
            servers.add(new EjabberdContender(scratch.resolve("ejabberd")));
        }
        Traffic.Seconds first = new Traffic.Seconds(20, options.seconds);
        Traffic.Seconds later = new Traffic.Seconds(5, options.seconds);
        List<Workload<XmppContender>> workloads = new ArrayList<>(List.of(
                new Traffic(Traffic.Kind.CLIENTS, first),
                new Traffic(Traffic.Kind.SECURED_CLIENTS, later),
                new Traffic(Traffic.Kind.COMPONENT_TO_CLIENTS, later),
                new Traffic(Traffic.Kind.CLIENTS_TO_COMPONENT, later),
                new Traffic(Traffic.Kind.COMPONENTS, later),
                new SteadyTraffic(later),
                new Logins(false),
                new Logins(true),
                new Storm(),
                new Idle(false, 10_000),
                new Idle(true, 10_000)));
        workloads.removeIf(
                workload -> !options.only.isEmpty() && options.only.stream().noneMatch(workload.title()::contains));
        Results results = new Rounds(System.out).run(servers, workloads, options.rounds);
        results.note(SECONDS, options.seconds);
        results.note(CORES, Runtime.getRuntime().availableProcessors());
        return results;
    }
}
