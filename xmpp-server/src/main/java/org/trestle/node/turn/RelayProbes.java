package org.trestle.node.turn;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.trestle.node.shell.ConsoleException;
import org.trestle.turn.credentials.Issued;
import org.trestle.turn.probe.ProbeLogin;
import org.trestle.turn.probe.ProbeTarget;
import org.trestle.turn.probe.ProbeTarget.Way;
import org.trestle.turn.probe.ProbeVerdict;
import org.trestle.turn.probe.RelayProbe;

/** Probes relays of the cluster as this node's clients would use them, with credentials made for it. Blocks. */
public final class RelayProbes {
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final ClusterRelays relays;
    private final TurnTables tables;
    private final Supplier<Instant> clock;
    private final SecureRandom random;

    /** One probe and what became of it. */
    public record Probed(String from, String to, Way way, ProbeVerdict verdict) {}

    public RelayProbes(ClusterRelays relays, TurnTables tables, Supplier<Instant> clock, SecureRandom random) {
        this.relays = relays;
        this.tables = tables;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Probes over UDP, TCP and TLS.
     *
     * @param from a node's name; empty for the first that takes allocations
     * @param to another one; empty for each other relay that does, or the same when there is no other
     */
    public List<Probed> run(String from, String to) throws ConsoleException {
        List<ClusterRelays.Known> alive = relays.all().stream()
                .filter(each -> each.alive() && each.relay().taking())
                .toList();
        if (alive.isEmpty()) {
            throw new ConsoleException("no relay takes allocations; \"turn enable\" starts this node's");
        }
        Issued issued = tables.book().issue("turn-probe", LIFETIME, clock.get());
        if (issued == null && !tables.book().timeLimited()) {
            throw new ConsoleException("the probe uses time-limited credentials, which are switched off; type "
                    + "\"turn short_term_credentials_mode enable\"");
        }
        if (issued == null) {
            throw new ConsoleException("there is no key to make credentials with; type \"turn credentials rotate\"");
        }
        RelayProbe probe = new RelayProbe(new ProbeLogin(issued.username(), issued.password()), random);
        ClusterRelays.Known first = from.isEmpty() ? alive.get(0) : named(from);
        List<ClusterRelays.Known> others = to.isEmpty()
                ? alive.stream().filter(each -> !each.equals(first)).toList()
                : List.of(named(to));
        List<Probed> results = new ArrayList<>();
        for (ClusterRelays.Known other : others.isEmpty() ? List.of(first) : others) {
            for (Way way : Way.values()) {
                if (way != Way.TLS
                        || (first.relay().tlsPort() != 0 && other.relay().tlsPort() != 0)) {
                    ProbeVerdict verdict = probe.run(target(first, way), target(other, way));
                    results.add(new Probed(first.name(), other.name(), way, verdict));
                }
            }
        }
        return results;
    }

    private ClusterRelays.Known named(String name) throws ConsoleException {
        for (ClusterRelays.Known each : relays.all()) {
            if (each.name().equals(name) || each.relay().node().value().equals(name)) {
                return each;
            }
        }
        throw new ConsoleException("no relay is on a node \"" + name + "\"; \"turn relays\" lists them");
    }

    private static ProbeTarget target(ClusterRelays.Known known, Way way) throws ConsoleException {
        InetAddress host =
                NetUtil.createInetAddressFromIpAddressString(known.relay().host());
        if (host == null) {
            throw new ConsoleException("the relay of " + known.name() + " tells no address, but "
                    + known.relay().host());
        }
        int port = way == Way.TLS ? known.relay().tlsPort() : known.relay().port();
        return new ProbeTarget(known.name(), new InetSocketAddress(host, port), way);
    }
}
