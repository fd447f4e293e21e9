package org.trestle.xmpp.feature.caps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.feature.Description;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.form.Field;

/** The examples of XEP-0115. */
final class VerificationTest {
    private static final Set<String> FEATURES = Set.of(
            "http://jabber.org/protocol/disco#info",
            "http://jabber.org/protocol/disco#items",
            "http://jabber.org/protocol/muc",
            "http://jabber.org/protocol/caps");

    @Test
    void theSimpleExample() {
        Description exodus = new Description(new Description.Identity("client", "pc", "Exodus 0.9.1"), FEATURES);
        assertEquals(
                "client/pc//Exodus 0.9.1<http://jabber.org/protocol/caps<http://jabber.org/protocol/disco#info<"
                        + "http://jabber.org/protocol/disco#items<http://jabber.org/protocol/muc<",
                Verification.text(exodus));
        assertEquals("QgayPKawpkPSDYmwT/WM94uAlu0=", Verification.of(exodus));
    }

    @Test
    void formsAndTheirFieldsAndValuesAreSorted() {
        DataForm late = DataForm.result("urn:z", List.of(Field.result("only", List.of("x"))));
        DataForm early = DataForm.result(
                "urn:a", List.of(Field.result("os", List.of("Mac", "Linux")), Field.result("ip", List.of("v6"))));
        Description one = new Description(
                List.of(new Description.Identity("server", "im", null)), FEATURES, List.of(late, early));
        String text = Verification.text(one);
        assertEquals("urn:a<ip<v6<os<Linux<Mac<urn:z<only<x<", text.substring(text.indexOf("urn:a")));
        assertEquals(
                Verification.of(one),
                Verification.of(new Description(one.identities(), FEATURES, List.of(early, late))));
    }
}
