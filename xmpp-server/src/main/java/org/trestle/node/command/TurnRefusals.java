package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.trestle.turn.journal.RefusalLine;
import org.trestle.turn.journal.RelayJournal;

/** {@code turn refusals}: the latest first. */
record TurnRefusals(List<RefusalLine> lines) implements Answer {
    @Override
    public String text() {
        if (lines.isEmpty()) {
            return "nobody was refused since this node started (a first 401 and stale nonces are normal, and not here)\n";
        }
        StringBuilder text = new StringBuilder();
        for (RefusalLine line : lines) {
            text.append(line.last())
                    .append("  ")
                    .append(line.address())
                    .append("  ")
                    .append(line.username() == null ? "-" : line.username())
                    .append("  ")
                    .append(line.count())
                    .append(" times  ")
                    .append(line.cause().code().number())
                    .append(' ')
                    .append(RelayJournal.word(line.cause()))
                    .append(": ")
                    .append(line.detail().isEmpty() ? line.cause().words() : line.detail())
                    .append('\n');
        }
        return text.toString();
    }

    @Override
    public void json(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("refusals");
        for (RefusalLine line : lines) {
            json.writeStartObject();
            json.writeStringField("cause", RelayJournal.word(line.cause()));
            json.writeNumberField("code", line.cause().code().number());
            json.writeStringField("address", line.address());
            if (line.username() != null) {
                json.writeStringField("username", line.username());
            }
            json.writeStringField(
                    "detail", line.detail().isEmpty() ? line.cause().words() : line.detail());
            json.writeNumberField("count", line.count());
            json.writeStringField("first", line.first().toString());
            json.writeStringField("last", line.last().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
