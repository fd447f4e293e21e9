package org.trestle.node.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.sim.LocalTables;

final class SharedSettingsTest {
    private final LocalTables tables = new LocalTables();
    private final SharedSettings settings = new SharedSettings(tables);

    @Test
    void primaryDomainIsServedAndReplacesTheFormer() {
        settings.domain("example.com");
        settings.add(new HostedDomain("example.net", null));
        settings.domain("example.org");
        assertEquals("example.org", settings.domain());
        assertEquals(
                List.of("example.net", "example.org"),
                settings.domains().stream().map(HostedDomain::name).toList());
    }

    @Test
    void domainThatWasServedKeepsItsCertificateWhenItBecomesThePrimary() {
        HostedDomain domain = new HostedDomain(
                "example.net",
                new HostedDomain.Identity(
                        new HostedDomain.NamedPem("n.key", "k"),
                        new HostedDomain.NamedPem("n.crt", "c"),
                        new HostedDomain.NamedPem("ca.crt", "b")));
        settings.add(domain);
        settings.domain("example.net");
        assertEquals(List.of(domain), settings.domains());
    }

    @Test
    void numbersAndTexts() {
        assertEquals(OptionalInt.empty(), settings.maxSessions());
        settings.maxSessions(OptionalInt.of(3));
        settings.motd("Grüße");
        assertEquals(OptionalInt.of(3), settings.maxSessions());
        assertEquals("Grüße", settings.motd());
        settings.maxSessions(OptionalInt.empty());
        settings.motd(null);
        assertEquals(OptionalInt.empty(), settings.maxSessions());
        assertNull(settings.motd());
    }

    @Test
    void tellsOfChangesUntilClosed() {
        AtomicInteger changes = new AtomicInteger();
        Subscription watch = settings.watch(changes::incrementAndGet);
        settings.motd("a");
        settings.add(new HostedDomain("example.net", null));
        watch.close();
        settings.motd("b");
        assertEquals(2, changes.get());
    }
}
