package org.trestle.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.pki.ClusterCa;
import org.trestle.cluster.pki.NodeIdentity;
import org.trestle.cluster.transport.TlsCredential;

/** What an invitation opens, and what it does not; a refused node goes on as it was. */
final class InvitationTest {
    @TempDir
    Path data;

    private final Grounds grounds = new Grounds();
    private ClusterNode one;
    private ClusterNode two;

    @BeforeEach
    void start() throws Exception {
        one = grounds.open(grounds.settings(data.resolve("n1"), 1));
        two = grounds.open(grounds.settings(data.resolve("n2"), 2));
        Grounds.await(one.initialize(words -> {}));
    }

    @AfterEach
    void stop() {
        grounds.close();
    }

    private String refusal(ClusterNode node, NodeAddress member, String token) throws Exception {
        NodeId before = node.self();
        Exception refusal = Grounds.failure(node.join(member, token, true, words -> {}));
        assertTrue(refusal instanceof MembershipException, String.valueOf(refusal));
        assertEquals(before, node.self());
        assertTrue(node.serving());
        return refusal.getMessage();
    }

    @Test
    void expiredUsedMistypedAndForeignTokensAreRefusedInWords() throws Exception {
        String expired = Grounds.await(one.invite(Duration.ofMillis(1))).token();
        String mistyped = expired.substring(0, 20) + (expired.charAt(20) == 'a' ? 'b' : 'a') + expired.substring(21);
        assertTrue(refusal(two, Grounds.address(1), expired).contains("expired at"));
        assertTrue(refusal(two, Grounds.address(1), mistyped).contains("damaged"));
        assertTrue(refusal(two, Grounds.address(1), " ").contains("needs a token, or a trust bundle"));
        String used = Grounds.invitation(one);
        Grounds.await(two.join(Grounds.address(1), used, true, words -> {}));
        ClusterNode three = grounds.open(grounds.settings(data.resolve("n3"), 3));
        String words = refusal(three, Grounds.address(1), used);
        assertTrue(words.contains("was used by node " + two.self()), words);

        ClusterNode other = grounds.open(grounds.settings(data.resolve("n4"), 4));
        Grounds.await(other.initialize(progress -> {}));
        String foreign = refusal(three, Grounds.address(1), Grounds.invitation(other));
        assertTrue(foreign.contains("another cluster"), foreign);
        String nobody = refusal(three, Grounds.address(99), Grounds.invitation(one));
        assertTrue(nobody.contains("nobody listens there"), nobody);
        grounds.agree(one, two);
    }

    @Test
    void joiningTwiceIsJoiningOnce() throws Exception {
        String token = Grounds.invitation(one);
        Grounds.await(two.join(Grounds.address(1), token, true, words -> {}));
        NodeId member = two.self();
        assertEquals(null, Grounds.failure(two.join(Grounds.address(1), token, true, words -> {})));
        assertEquals(member, two.self());
        grounds.agree(one, two);
        Exception own = Grounds.failure(one.join(Grounds.address(2), Grounds.invitation(two), true, words -> {}));
        assertEquals(null, own);
        grounds.agree(one, two);
    }

    @Test
    void aNodeIsNotInvitedToItself() throws Exception {
        assertTrue(refusal(one, Grounds.address(1), Grounds.invitation(one)).contains("this very node"));
    }

    @Test
    void whatOnlyTheNewcomerHasIsNotDroppedUnsaid() throws Exception {
        Grounds.put(two, "users", "dave");
        Grounds.put(two, "users", "erin");
        Grounds.put(one, "users", "erin");
        NodeId before = two.self();
        String token = Grounds.invitation(one);
        Exception refusal = Grounds.failure(two.join(Grounds.address(1), token, false, words -> {}));
        assertTrue(refusal.getMessage().contains("1 of users (dave)"), refusal.getMessage());
        assertEquals(before, two.self());
        assertEquals("dave", Grounds.text(two, "users", "dave"));
        Grounds.await(two.join(Grounds.address(1), token, true, words -> {}));
        assertEquals("(none)", Grounds.text(two, "users", "dave"));
        assertEquals("erin", Grounds.text(two, "users", "erin"));
    }

    @Test
    void holdersOfTheCertificatesOfATrustBundleJoinWithoutAToken() throws Exception {
        String bundle = certificate(1) + certificate(2);
        Grounds.await(one.trust(bundle));
        Grounds.await(two.trust(certificate(1)));
        assertTrue(refusal(two, Grounds.address(1), "").contains("none of this node's certificates"));
        Grounds.await(two.trust(bundle));
        Grounds.await(two.join(Grounds.address(1), "", true, words -> {}));
        grounds.agree(one, two);
        assertEquals(null, Grounds.failure(two.join(Grounds.address(1), "", true, words -> {})));

        ClusterNode three = grounds.open(grounds.settings(data.resolve("n3"), 3));
        Grounds.await(three.trust(bundle + certificate(3)));
        String words = refusal(three, Grounds.address(1), "");
        assertTrue(words.contains("bundle"), words);
        grounds.agree(one, two);
    }

    @Test
    void theBundleMayHoldTheCertificatesOfTheServicesAsInTheOlderProduct() throws Exception {
        TlsCredential ofOne = services(1);
        TlsCredential ofTwo = services(2);
        one.services(() -> ofOne);
        two.services(() -> ofTwo);
        String bundle = pem(ofOne) + pem(ofTwo);
        Grounds.await(one.trust(bundle));
        Grounds.await(two.trust(bundle));
        Grounds.await(two.join(Grounds.address(1), "", true, words -> {}));
        grounds.agree(one, two);
    }

    private static TlsCredential services(int number) {
        NodeIdentity some = NodeIdentity.create(
                new NodeId("000000000000000" + number), ClusterCa.create(Instant.now()), Instant.now());
        return new TlsCredential(some.key(), List.of(some.certificate()));
    }

    private static String pem(TlsCredential credential) throws Exception {
        byte[] der = credential.chain().get(0).getEncoded();
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END CERTIFICATE-----\n";
    }

    private String certificate(int number) throws Exception {
        return Files.readString(data.resolve("n" + number).resolve("cluster").resolve("node.crt"));
    }

    @Test
    void onlyAClusterInvites() throws Exception {
        MembershipException refusal = (MembershipException)
                org.junit.jupiter.api.Assertions.assertThrows(Exception.class, () -> Grounds.invitation(two));
        assertTrue(refusal.getMessage().contains("xmpp cluster initialize"), refusal.getMessage());
    }
}
