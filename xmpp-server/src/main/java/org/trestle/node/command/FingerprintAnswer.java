package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.trestle.cluster.api.StateFingerprint;

/** {@code xmpp cluster fingerprint}: two nodes with the same first line must have the same second one. */
record FingerprintAnswer(StateFingerprint fingerprint) implements Answer {

    @Override
    public String text() {
        return "Applied     : " + fingerprint.index() + "\nFingerprint : " + fingerprint.digest() + "\n";
    }

    @Override
    public void json(JsonGenerator json) throws IOException {
        json.writeNumberField("applied", fingerprint.index());
        json.writeStringField("fingerprint", fingerprint.digest());
    }
}
