package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.command.Answer.Fields;
import org.trestle.node.command.TurnControl.Relaying;
import org.trestle.turn.journal.Printable;
import org.trestle.turn.journal.RelayJournal.KeyUse;
import org.trestle.turn.journal.RelayUsage;
import org.trestle.turn.relay.RelayCounters.Count;
import org.trestle.turn.relay.Transport;

/** {@code turn status}. */
record TurnStatus(Relaying relaying, RelayUsage usage, List<RefusalCount> refusals, Map<String, KeyUse> keys)
        implements Answer {
    /** The most users that are shown; JSON has all. */
    private static final int SHOWN = 20;

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(fields().text());
        if (!usage.users().isEmpty()) {
            text.append("Users:\n");
            usage.users().entrySet().stream()
                    .limit(SHOWN)
                    .forEach(user -> text.append("  ")
                            .append(Printable.of(user.getKey()))
                            .append("  ")
                            .append(user.getValue().allocations())
                            .append(" allocations, to peers ")
                            .append(user.getValue().bytesToPeer())
                            .append(" bytes, to clients ")
                            .append(user.getValue().bytesToClient())
                            .append(" bytes\n"));
        }
        if (!keys.isEmpty()) {
            text.append("Allocations by key since the node started:\n");
            keys.forEach((label, use) -> text.append("  ")
                    .append(label)
                    .append("  ")
                    .append(use.allocations())
                    .append(", the last at ")
                    .append(use.last())
                    .append('\n'));
        }
        if (!refusals.isEmpty()) {
            text.append("Refused and dropped since the relay started:\n");
            refusals.forEach(refusal -> text.append("  ")
                    .append(refusal.word())
                    .append("  ")
                    .append(refusal.count())
                    .append('\n'));
        }
        return text.toString();
    }

    private Fields fields() {
        List<Field> fields = new ArrayList<>(List.of(
                new Field("STATUS", "status", relaying.words()),
                new Field("Clients", "clients", usage.clients()),
                new Field("Relays over UDP", "relaysUdp", over(Transport.UDP) + over(Transport.DTLS)),
                new Field("Relays over TCP", "relaysTcp", over(Transport.TCP) + over(Transport.TLS)),
                new Field("Packets to peers", "packetsToPeers", usage.count(Count.PACKETS_TO_PEER)),
                new Field("Bytes to peers", "bytesToPeers", usage.count(Count.BYTES_TO_PEER)),
                new Field("Packets to clients", "packetsToClients", usage.count(Count.PACKETS_TO_CLIENT)),
                new Field("Bytes to clients", "bytesToClients", usage.count(Count.BYTES_TO_CLIENT))));
        if (relaying.deadline() != null) {
            fields.add(new Field("Stops at", "deadline", relaying.deadline()));
        }
        return new Fields(fields);
    }

    private int over(Transport transport) {
        return usage.allocations().getOrDefault(transport, 0);
    }

    @Override
    public void json(JsonGenerator json) throws IOException {
        fields().json(json);
        json.writeObjectFieldStart("users");
        for (var user : usage.users().entrySet()) {
            json.writeObjectFieldStart(user.getKey());
            json.writeNumberField("allocations", user.getValue().allocations());
            json.writeNumberField("packetsToPeers", user.getValue().packetsToPeer());
            json.writeNumberField("bytesToPeers", user.getValue().bytesToPeer());
            json.writeNumberField("packetsToClients", user.getValue().packetsToClient());
            json.writeNumberField("bytesToClients", user.getValue().bytesToClient());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectFieldStart("refused");
        for (RefusalCount refusal : refusals) {
            json.writeNumberField(refusal.word(), refusal.count());
        }
        json.writeEndObject();
        json.writeObjectFieldStart("keys");
        for (var key : keys.entrySet()) {
            json.writeNumberField(key.getKey(), key.getValue().allocations());
        }
        json.writeEndObject();
    }
}
