package org.trestle.auth.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OfferHashTest {
    private static final List<String> MECHANISMS = List.of("SCRAM-SHA-1-PLUS", "SCRAM-SHA-1");
    private static final List<String> BINDINGS = List.of("tls-server-end-point", "tls-exporter");

    @Test
    void isTheOneOfTheExampleInXep0474() {
        assertEquals("G6k/rBLDqgOhRRaCuuatSDFkJ08=", OfferHash.of(ScramHash.SHA_1, MECHANISMS, BINDINGS));
    }

    @Test
    void changesWhenSomethingIsTakenAway() {
        String whole = OfferHash.of(ScramHash.SHA_256, MECHANISMS, BINDINGS);
        assertNotEquals(whole, OfferHash.of(ScramHash.SHA_256, List.of("SCRAM-SHA-1"), BINDINGS));
        assertNotEquals(whole, OfferHash.of(ScramHash.SHA_256, MECHANISMS, List.of("tls-server-end-point")));
        assertNotEquals(whole, OfferHash.of(ScramHash.SHA_256, MECHANISMS, List.of()));
    }
}
