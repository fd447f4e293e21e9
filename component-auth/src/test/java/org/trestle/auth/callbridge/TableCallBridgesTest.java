package org.trestle.auth.callbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.sim.LocalTables;

final class TableCallBridgesTest {
    private static final String STREAM = "5A1C-77";

    private final LocalTables tables = new LocalTables();
    private final SecureRandom random = new SecureRandom();
    private final CallBridges bridges = new TableCallBridges(tables, new ClusterKey(tables, random), random);

    @Test
    void whatOneNodeAddsTheOthersKnow() throws Exception {
        CallBridge added = got(bridges.add("cb1"));
        CallBridges elsewhere = new TableCallBridges(tables, new ClusterKey(tables, random), random);
        assertEquals(added, elsewhere.find("cb1"));
        assertEquals(List.of(added), elsewhere.list());
        assertTrue(added.secret().reveal().matches("[A-Za-z0-9]{16}Ab1"), "the shape that operators know");
        assertTrue(added.fingerprint().matches("[0-9A-F]{2}-[0-9A-F]{2}"));
    }

    @Test
    void theRightSecretIsAccepted() throws Exception {
        Secret secret = got(bridges.add("cb1")).secret();
        assertEquals(new Verdict.Accepted("cb1"), bridges.check("cb1", STREAM, digest(STREAM, secret)));
        assertInstanceOf(Verdict.Accepted.class, bridges.check("CB1", STREAM, digest(STREAM, secret)));
        String upper = digest(STREAM, secret).toUpperCase(Locale.ROOT);
        assertInstanceOf(Verdict.Accepted.class, bridges.check("cb1", STREAM, "\n" + upper + " "));
        assertInstanceOf(Verdict.WrongSecret.class, bridges.check("cb1", "other", digest(STREAM, secret)));
    }

    @Test
    void theDigestOfXep0114IsAccepted() throws Exception {
        got(bridges.addSecret("cb1", Secret.of("secret")));
        assertInstanceOf(
                Verdict.Accepted.class, bridges.check("cb1", "1234", "32532c0f7dbf1253c095b18b18e36d38d94c1256"));
    }

    @Test
    void anothersSecretIsNamedByItsOwner() throws Exception {
        CallBridge cb1 = got(bridges.add("cb1"));
        got(bridges.add("cb2"));
        CallBridge cb3 = got(bridges.add("cb3"));
        Verdict verdict = bridges.check("cb1", STREAM, digest(STREAM, cb3.secret()));
        assertEquals(new Verdict.WrongSecret("cb1", cb1.fingerprint(), "cb3", cb3.fingerprint()), verdict);
        assertTrue(
                verdict.words()
                        .startsWith("cb1 presented a secret whose fingerprint " + cb3.fingerprint()
                                + " is that of cb3 (pasted in the wrong field)."),
                verdict.words());
        assertShowsNoSecret(verdict);
    }

    @Test
    void nobodysSecretIsSaidToBeNobodys() throws Exception {
        CallBridge cb1 = got(bridges.add("cb1"));
        Verdict verdict = bridges.check("cb1", STREAM, digest(STREAM, Secret.of("mistyped")));
        assertEquals(new Verdict.WrongSecret("cb1", cb1.fingerprint(), null, null), verdict);
        assertTrue(verdict.words().contains("no call bridge has"));
        assertShowsNoSecret(verdict);
    }

    @Test
    void anUnknownNameIsSaidToBeUnknown() throws Exception {
        CallBridge cb1 = got(bridges.add("cb1"));
        assertEquals(
                new Verdict.Unknown("cb9", null), bridges.check("cb9", STREAM, digest(STREAM, Secret.of("whatever"))));
        Verdict verdict = bridges.check("cb9", STREAM, digest(STREAM, cb1.secret()));
        assertEquals(new Verdict.Unknown("cb9", "cb1"), verdict);
        assertTrue(verdict.words().contains("set its unique name to cb1"), verdict.words());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "zz", "xyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxy", "\u0000", "d34db33f"})
    void aDigestThatIsNoneIsWrong(String digest) throws Exception {
        got(bridges.add("cb1"));
        assertInstanceOf(Verdict.WrongSecret.class, bridges.check("cb1", STREAM, digest));
        assertInstanceOf(Verdict.WrongSecret.class, bridges.check("cb1", STREAM, digest.repeat(10_000)));
        Verdict verdict = bridges.check("x\n" + "y".repeat(500), STREAM, digest);
        assertTrue(verdict.name().length() < 80 && !verdict.words().contains("\n"), "fit for a log");
    }

    @Test
    void anExistingSecretCanBeTypedAgain() throws Exception {
        CallBridge first = got(bridges.addSecret("cb1", Secret.of("kvgP1SRzWVabhiPVAb1")));
        assertEquals(first, got(bridges.addSecret("CB1", Secret.of("kvgP1SRzWVabhiPVAb1"))));
        assertTrue(refused(bridges.addSecret("cb1", Secret.of("another"))).contains("with another secret"));
        assertTrue(refused(bridges.add("cb1")).contains("exists already, on all nodes"));
    }

    @Test
    void theSameSecretHasTheSameFingerprintOnlyInOneCluster() throws Exception {
        Secret secret = Secret.of("kvgP1SRzWVabhiPVAb1");
        String first = got(bridges.addSecret("cb1", secret)).fingerprint();
        assertEquals(first, got(bridges.addSecret("cb2", secret)).fingerprint());
        LocalTables elsewhere = new LocalTables();
        List<String> others = new ArrayList<>();
        CallBridges foreign = new TableCallBridges(elsewhere, new ClusterKey(elsewhere, random), random);
        for (String name : List.of("a", "b", "c")) {
            others.add(got(foreign.addSecret(name, Secret.of(secret.reveal() + name)))
                    .fingerprint());
        }
        others.add(got(foreign.addSecret("d", secret)).fingerprint());
        assertNotEquals(List.of(first, first, first, first), others);
    }

    @Test
    void whatIsDeletedIsRevokedAndTold() throws Exception {
        Secret secret = got(bridges.add("cb1")).secret();
        List<String> revoked = new ArrayList<>();
        bridges.onRevoked(revoked::add);
        got(bridges.del("CB1"));
        assertNull(bridges.find("cb1"));
        assertEquals(List.of("cb1"), revoked);
        assertInstanceOf(Verdict.Unknown.class, bridges.check("cb1", STREAM, digest(STREAM, secret)));
        assertTrue(refused(bridges.del("cb1")).contains("no call bridge named \"cb1\""));
        got(bridges.add("cb2"));
        assertEquals(List.of("cb1"), revoked, "adding revokes nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cb1.example.com", "a b", "-a", "a-", "a@b", "a/b", "\u00e9", "a\n", "."})
    void aNameWithADomainOrOtherSignsIsRefused(String name) throws Exception {
        String reason = refused(bridges.add(name));
        assertFalse(reason.contains("\n"));
        assertTrue(name.indexOf('.') <= 0 || reason.contains("no domain part: \"cb1\""), reason);
        assertTrue(tables.rows("callbridges").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " x", "x ", "a\tb", "a\nb"})
    void aSecretThatCannotBeMeantIsRefused(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Secret.of(text));
        assertTrue(text.isBlank() || !String.valueOf(refusal.getMessage()).contains(text));
    }

    @Test
    void withoutAQuorumAddingFailsAndCheckingWorks() throws Exception {
        Secret secret = got(bridges.add("cb1")).secret();
        tables.refuse("no quorum");
        ExecutionException failure = assertThrows(ExecutionException.class, () -> got(bridges.add("cb2")));
        assertInstanceOf(ClusterUnavailableException.class, failure.getCause());
        assertInstanceOf(Verdict.Accepted.class, bridges.check("cb1", STREAM, digest(STREAM, secret)));
    }

    @Test
    void rowsThatCannotBeReadAreNobodys() throws Exception {
        byte[][] values = {{}, {1}, {9, 'a'}, {1, '\n'}};
        for (byte[] value : values) {
            got(tables.commit(Change.of().put("callbridges", "cb1", value).build()));
            assertTrue(bridges.list().isEmpty());
            assertInstanceOf(Verdict.Unknown.class, bridges.check("cb1", STREAM, "0".repeat(40)));
        }
        got(bridges.del("cb1"));
    }

    @Test
    void nothingPrintsASecret() throws Exception {
        CallBridge cb1 = got(bridges.add("cb1"));
        assertNotNull(cb1.toString());
        assertFalse(cb1.toString().contains(cb1.secret().reveal()));
        assertFalse(cb1.secret().toString().contains(cb1.secret().reveal()));
    }

    private void assertShowsNoSecret(Verdict verdict) {
        for (CallBridge bridge : bridges.list()) {
            assertFalse((verdict.toString() + verdict.words())
                    .contains(bridge.secret().reveal()));
        }
    }

    private static String digest(String stream, Secret secret) throws Exception {
        byte[] text = (stream + secret.reveal()).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
    }

    private static <T> T got(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static String refused(CompletionStage<?> stage) {
        ExecutionException failure = assertThrows(
                ExecutionException.class, () -> stage.toCompletableFuture().get(10, TimeUnit.SECONDS));
        return String.valueOf(
                assertInstanceOf(CallBridgeException.class, failure.getCause()).getMessage());
    }
}
