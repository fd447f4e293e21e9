package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.TreeMap;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.credentials.SharedKey;
import org.trestle.turn.credentials.StaticUser;
import org.trestle.turn.journal.Printable;

/** {@code turn credentials list}. */
record CredentialListing(CredentialBook book, String realm, Duration lifetime, boolean secrets) implements Answer {
    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("Realm: ").append(realm).append('\n');
        text.append("Users:").append(book.users().isEmpty() ? " none\n" : "\n");
        book.users().values().stream()
                .sorted(Comparator.comparing(StaticUser::name))
                .forEach(user -> text.append("  ")
                        .append(Printable.of(user.name()))
                        .append(secrets ? "  " + user.password() : "")
                        .append('\n'));
        text.append("Keys of time-limited credentials (")
                .append(lifetime.toMinutes())
                .append(" minutes):");
        text.append(book.keys().isEmpty() ? " none\n" : "\n");
        book.keys()
                .forEach(key -> text.append("  epoch ")
                        .append(key.epoch())
                        .append("  ")
                        .append(key.valid() ? "valid" : "retired " + key.retired())
                        .append(", made ")
                        .append(key.made())
                        .append(secrets ? "  " + key.secret() : "")
                        .append('\n'));
        text.append(book.revoked().isEmpty() ? "" : "Revoked:\n");
        new TreeMap<>(book.revoked())
                .forEach((name, revocation) -> text.append("  ")
                        .append(Printable.of(name))
                        .append("  generation ")
                        .append(revocation.generation())
                        .append(", keys up to epoch ")
                        .append(revocation.upToEpoch())
                        .append('\n'));
        return text.toString();
    }

    @Override
    public void json(JsonGenerator json) throws IOException {
        json.writeStringField("realm", realm);
        json.writeNumberField("lifetimeSeconds", lifetime.toSeconds());
        json.writeArrayFieldStart("users");
        for (StaticUser user : book.users().values()) {
            json.writeStartObject();
            json.writeStringField("name", user.name());
            if (secrets) {
                json.writeStringField("password", user.password());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("keys");
        for (SharedKey key : book.keys()) {
            json.writeStartObject();
            json.writeNumberField("epoch", key.epoch());
            json.writeBooleanField("valid", key.valid());
            json.writeStringField("made", key.made().toString());
            if (secrets) {
                json.writeStringField("secret", key.secret());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("revoked");
        for (var revoked : new TreeMap<>(book.revoked()).entrySet()) {
            json.writeStartObject();
            json.writeStringField("name", revoked.getKey());
            json.writeNumberField("generation", revoked.getValue().generation());
            json.writeNumberField("upToEpoch", revoked.getValue().upToEpoch());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
