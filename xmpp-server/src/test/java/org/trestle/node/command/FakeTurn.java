package org.trestle.node.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.TurnState;
import org.trestle.node.turn.RelayAddress;
import org.trestle.node.turn.RelayProbes;
import org.trestle.node.turn.TurnTables;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.journal.RelayUsage;
import org.trestle.turn.probe.ProbeTarget;
import org.trestle.turn.probe.ProbeVerdict;

/** A relay that does what it is told; its users and keys are real. */
final class FakeTurn implements TurnControl {
    private static final Instant NOW = Instant.parse("2026-11-21T15:30:00Z");

    private final TurnTables tables;
    private final Supplier<NodeState> state;
    private final RelayJournal journal = new RelayJournal(NOW::toEpochMilli);
    int allocations;
    private Duration wait = Duration.ZERO;
    private boolean draining;

    FakeTurn(TurnTables tables, Supplier<NodeState> state) {
        this.tables = tables;
        this.state = state;
    }

    @Override
    public boolean enabled() {
        return state.get().turn().enabled() != Boolean.FALSE;
    }

    @Override
    public TurnTables shared() {
        return tables;
    }

    @Override
    public String realm() {
        String realm = tables.realm();
        return realm == null ? "trestle" : realm;
    }

    @Override
    public RelayJournal journal() {
        return journal;
    }

    @Override
    public Relaying relaying() {
        TurnState turn = state.get().turn();
        NodeState.Certificate certificate = turn.certificate();
        Integer tlsPort = turn.tlsPort();
        List<String> listen = turn.listen();
        boolean running = enabled() || draining && allocations > 0;
        return new Relaying(
                running,
                running ? "TURN server running" : "TURN server not running (disabled; \"turn enable\" starts it)",
                listen == null ? List.of("0.0.0.0") : listen,
                "10.61.7.1",
                turn.publicAddress() == null || turn.publicAddress().isEmpty() ? null : turn.publicAddress(),
                3478,
                tlsPort == null ? 5349 : tlsPort,
                0,
                "24000-29999",
                certificate == null ? "self.key" : certificate.key(),
                certificate == null ? "self.crt" : certificate.certificate(),
                certificate == null ? null : certificate.bundle(),
                allocations,
                draining ? NOW.plus(wait) : null);
    }

    @Override
    public RelayUsage usage() {
        return RelayUsage.NONE;
    }

    @Override
    public List<Known> relays() {
        return List.of(
                new Known(new RelayAddress(FakeNode.SELF, "10.61.7.1", 3478, 5349, true, 3), "xmpp1", true),
                new Known(new RelayAddress(FakeNode.SECOND, "10.61.7.2", 3478, 0, false, 20), "xmpp2", true),
                new Known(new RelayAddress(FakeNode.THIRD, "10.61.7.3", 3478, 5349, 443, true, 0), "xmpp3", false));
    }

    @Override
    public void drain(Duration deadline) {
        wait = deadline;
        draining = true;
        if (deadline.isZero()) {
            allocations = 0;
        }
    }

    @Override
    public void resume() {
        draining = false;
    }

    @Override
    public void restart() {}

    @Override
    public List<RelayProbes.Probed> probe(String from, String to) {
        return List.of(
                new RelayProbes.Probed(
                        "xmpp1",
                        "xmpp2",
                        ProbeTarget.Way.UDP,
                        new ProbeVerdict(ProbeVerdict.Outcome.RELAYED, "relayed: there and back in 2 ms", 2, 0)),
                new RelayProbes.Probed(
                        "xmpp1",
                        "xmpp2",
                        ProbeTarget.Way.TCP,
                        new ProbeVerdict(ProbeVerdict.Outcome.REFUSED, "refused: 401", -1, 401)));
    }

    @Override
    public Instant now() {
        return NOW;
    }
}
