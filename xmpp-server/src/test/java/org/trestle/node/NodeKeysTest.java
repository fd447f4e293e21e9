package org.trestle.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.sim.LocalTables;
import org.trestle.node.config.ConfigFile;
import org.trestle.node.pki.Certificates;
import org.trestle.node.pki.FileArea;
import org.trestle.node.pki.Pem;
import org.trestle.node.pki.ServerKeys;
import org.trestle.node.pki.Subject;
import org.trestle.node.settings.HostedDomain;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.SharedSettings;

final class NodeKeysTest {
    private final SharedSettings settings = new SharedSettings(new LocalTables());

    @TempDir
    Path data;

    private NodeKeys keys;
    private NodeState state;

    @BeforeEach
    void start() throws Exception {
        done(settings.domain("example.com"));
        state = NodeState.read(data);
        keys = new NodeKeys(ConfigFile.load(null, data), FileArea.in(data), settings, state, Instant::now);
    }

    @Test
    void aDomainIsServedWithTheCertificateThatCameWithIt() throws Exception {
        assertEquals("CN=example.com", shownFor("example.net"), "the node's own, which names all domains");
        done(settings.add(new HostedDomain("example.net", identity("CN:one.example.net"))));
        keys.reload(state);
        assertEquals("CN=one.example.net", shownFor("example.net"));
        assertEquals("CN=example.com", shownFor("example.com"));
        done(settings.add(new HostedDomain("example.net", identity("CN:two.example.net"))));
        keys.reload(state);
        assertEquals("CN=two.example.net", shownFor("example.net"), "without a restart");
        done(settings.remove("example.net"));
        keys.reload(state);
        assertEquals("CN=example.com", shownFor("example.net"));
    }

    @Test
    void aDomainWhoseCertificateCannotBeUsedIsServedWithTheNodesOwn() throws Exception {
        HostedDomain.Identity one = identity("CN:one.example.net");
        HostedDomain.Identity two = identity("CN:two.example.net");
        done(settings.add(
                new HostedDomain("example.net", new HostedDomain.Identity(one.key(), two.certificate(), null))));
        keys.reload(state);
        assertEquals("CN=example.com", shownFor("example.net"));
    }

    @Test
    void theSelfSignedCertificateNamesAllDomainsWithoutOneOfTheirOwn() throws Exception {
        done(settings.add(new HostedDomain("example.net", null)));
        keys.reload(state);
        List<String> names = Certificates.names(keys.own().chain().get(0));
        assertTrue(names.containsAll(List.of("example.com", "example.net")), names.toString());
    }

    private String shownFor(String domain) throws Exception {
        ServerKeys chosen = keys.keys();
        SSLEngine engine = SSLContext.getDefault().createSSLEngine(domain, 5222);
        String alias = chosen.chooseEngineServerAlias("EC", null, engine);
        X509Certificate[] chain = Objects.requireNonNull(chosen.getCertificateChain(alias));
        return chain[0].getSubjectX500Principal().getName();
    }

    private static HostedDomain.Identity identity(String subject) throws Exception {
        Certificates.KeyAndCertificate made =
                Certificates.selfSigned(Subject.parse(List.of(subject)), Instant.now(), new SecureRandom());
        return new HostedDomain.Identity(
                new HostedDomain.NamedPem("a.key", text(Pem.write(made.key()))),
                new HostedDomain.NamedPem("a.crt", text(Pem.write(made.certificate()))),
                null);
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }

    private static void done(CompletionStage<Tables.Outcome> change) throws Exception {
        assertTrue(change.toCompletableFuture().get(90, TimeUnit.SECONDS).applied());
    }
}
