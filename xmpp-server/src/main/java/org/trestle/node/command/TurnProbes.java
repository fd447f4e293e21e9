package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.trestle.node.turn.RelayProbes.Probed;
import org.trestle.turn.probe.ProbeVerdict.Outcome;

/** {@code turn probe}: a failure when one did not come back. */
record TurnProbes(List<Probed> probes) implements Answer {
    @Override
    public boolean success() {
        return probes.stream().allMatch(probed -> probed.verdict().outcome() == Outcome.RELAYED);
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Probed probed : probes) {
            boolean relayed = probed.verdict().outcome() == Outcome.RELAYED;
            text.append(relayed ? "SUCCESS: " : "FAILURE: ")
                    .append(probed.verdict().words())
                    .append('\n');
        }
        return text.toString();
    }

    @Override
    public void json(JsonGenerator json) throws IOException {
        json.writeBooleanField("success", success());
        json.writeArrayFieldStart("probes");
        for (Probed probed : probes) {
            json.writeStartObject();
            json.writeStringField("from", probed.from());
            json.writeStringField("to", probed.to());
            json.writeStringField("transport", probed.way().name());
            json.writeStringField("outcome", probed.verdict().outcome().name());
            json.writeNumberField("code", probed.verdict().code());
            json.writeNumberField("roundTripMillis", probed.verdict().roundTripMillis());
            json.writeStringField("words", probed.verdict().words());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
