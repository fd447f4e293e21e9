package org.trestle.auth.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ongres.scram.common.ClientFirstMessage;
import com.ongres.scram.common.Gs2CbindFlag;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.ServerFirstMessage;
import com.ongres.scram.common.StringPreparation;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.auth.accounts.TableAccounts;
import org.trestle.auth.attempts.AttemptLimits;
import org.trestle.auth.attempts.Attempts;
import org.trestle.auth.attempts.Budget;
import org.trestle.auth.cert.ClientCertificates;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.auth.sasl.SaslStep.Challenge;
import org.trestle.auth.sasl.SaslStep.Failure;
import org.trestle.auth.sasl.SaslStep.Success;
import org.trestle.auth.scram.ChannelBindings;
import org.trestle.auth.scram.Credentials;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.auth.scram.ScramKeys;
import org.trestle.cluster.sim.LocalTables;

/** The client's side is another project's implementation of SCRAM. */
final class AccountMechanismsTest {
    private static final byte[] END_POINT = {9, 8, 7, 6, 5, 4, 3, 2, 1};
    private static final Budget MANY = new Budget(1_000_000, Duration.ofSeconds(1));
    private static final byte[] EXPORTED = {1, 3, 5};
    private static final SaslChannel TLS = channel(true, false, Map.of("tls-server-end-point", END_POINT));
    private static final SaslChannel TLS_WITH_EXPORTER =
            channel(true, false, Map.of("tls-server-end-point", END_POINT, "tls-exporter", EXPORTED));
    private static final SaslChannel TLS_WITHOUT_BINDING = channel(true, false, Map.of());
    private static final SaslChannel OPEN = channel(false, false, Map.of());
    private static final SaslChannel LOOPBACK = channel(false, true, Map.of());

    private final LocalTables tables = new LocalTables();
    private final SecureRandom random = new SecureRandom();
    private final KeyDerivation derivation = new KeyDerivation(random, 1, 100);
    private final TableAccounts accounts = new TableAccounts(tables, derivation);
    private final SaslMechanisms mechanisms = new AccountMechanisms(
            new AccountMechanisms.Keys(accounts, derivation, new ClusterKey(tables, random)),
            ClientCertificates.NONE,
            new Attempts(new AttemptLimits(MANY, MANY, MANY, 1000), System::nanoTime),
            random);

    @BeforeEach
    void addAccounts() throws Exception {
        accounts.add("alice@trestle.test", "Pa,ss=wörd 1", false)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        accounts.add("a=b+c@trestle.test", "other", false).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        derivation.close();
    }

    @Test
    void offersTheStrongestFirstAndPlainOnlyWhenNobodyCanListen() {
        List<String> scram = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1");
        List<String> withPlain = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN");
        assertEquals(
                List.of(
                        "SCRAM-SHA-512-PLUS",
                        "SCRAM-SHA-256-PLUS",
                        "SCRAM-SHA-1-PLUS",
                        "SCRAM-SHA-512",
                        "SCRAM-SHA-256",
                        "SCRAM-SHA-1",
                        "PLAIN"),
                offered(TLS));
        assertEquals(withPlain, offered(TLS_WITHOUT_BINDING));
        assertEquals(scram, offered(OPEN));
        assertEquals(withPlain, offered(LOOPBACK));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "PLAIN", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-384", "ANONYMOUS", "EXTERNAL"})
    void startsOnlyWhatItOffers(String name) {
        assertNull(mechanisms.start(name, mechanisms.offer("trestle.test", OPEN)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SCRAM-SHA-512-PLUS",
                "SCRAM-SHA-256-PLUS",
                "SCRAM-SHA-1-PLUS",
                "SCRAM-SHA-512",
                "SCRAM-SHA-256",
                "SCRAM-SHA-1"
            })
    void anotherImplementationLogsIn(String name) throws Exception {
        SaslChannel channel = name.endsWith("PLUS") ? TLS : TLS_WITHOUT_BINDING;
        assertEquals(
                "alice",
                success(scram(name, "alice", "Pa,ss=wörd 1", channel, END_POINT))
                        .username());
        assertEquals(
                "alice",
                success(scram(name, "Alice", "Pa,ss=wörd 1", channel, END_POINT))
                        .username());
        assertEquals(
                "a=b+c",
                success(scram(name, "a=b+c", "other", channel, END_POINT)).username());
        assertEquals("not-authorized", condition(scram(name, "alice", "pa,ss=wörd 1", channel, END_POINT)));
        assertEquals("not-authorized", condition(scram(name, "nobody", "other", channel, END_POINT)));
    }

    @Test
    void aCertificateInTheMiddleIsNoticed() throws Exception {
        byte[] another = {1, 1, 1, 1};
        assertEquals("not-authorized", condition(scram("SCRAM-SHA-256-PLUS", "alice", "Pa,ss=wörd 1", TLS, another)));
    }

    @Test
    void theKeysOfTheConnectionBindWhereTlsGivesThemOut() throws Exception {
        for (String name : List.of("SCRAM-SHA-512-PLUS", "SCRAM-SHA-1-PLUS")) {
            success(scram(name, "alice", "Pa,ss=wörd 1", TLS_WITH_EXPORTER, EXPORTED));
            success(scram(name, "alice", "Pa,ss=wörd 1", TLS_WITH_EXPORTER, END_POINT));
            assertEquals("not-authorized", condition(scram(name, "alice", "Pa,ss=wörd 1", TLS, EXPORTED)));
        }
    }

    @Test
    void theChallengeCarriesTheHashOfWhatWasOffered() throws Exception {
        Challenge first =
                assertInstanceOf(Challenge.class, step(start("SCRAM-SHA-1", TLS_WITH_EXPORTER), "n,,n=alice,r=abcdef"));
        String offered = "PLAIN\u001eSCRAM-SHA-1\u001eSCRAM-SHA-1-PLUS\u001eSCRAM-SHA-256\u001eSCRAM-SHA-256-PLUS"
                + "\u001eSCRAM-SHA-512\u001eSCRAM-SHA-512-PLUS\u001ftls-exporter\u001etls-server-end-point";
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(offered.getBytes(StandardCharsets.US_ASCII));
        String challenge = new String(first.data(), StandardCharsets.US_ASCII);
        assertTrue(challenge.endsWith(",h=" + Base64.getEncoder().encodeToString(hash)), challenge);
    }

    @Test
    void aShortenedListOfMechanismsIsNoticed() throws Exception {
        SaslExchange exchange = start("SCRAM-SHA-256", TLS);
        assertEquals("not-authorized", condition(step(exchange, "y,,n=alice,r=abcdef")));
        assertInstanceOf(Challenge.class, step(start("SCRAM-SHA-256", TLS), "n,,n=alice,r=abcdef"));
        assertInstanceOf(Challenge.class, step(start("SCRAM-SHA-256", TLS_WITHOUT_BINDING), "y,,n=alice,r=abcdef"));
    }

    @Test
    void anEmptyFirstResponseAsksForTheEmptyChallenge() throws Exception {
        SaslExchange exchange = start("SCRAM-SHA-1", TLS);
        assertEquals(0, assertInstanceOf(Challenge.class, step(exchange, "")).data().length);
        assertInstanceOf(Challenge.class, step(exchange, "n,,n=alice,r=abcdef"));
        SaslExchange twice = start("SCRAM-SHA-1", TLS);
        step(twice, "");
        assertEquals("malformed-request", condition(step(twice, "")));
        SaslExchange plain = start("PLAIN", TLS);
        assertEquals(0, assertInstanceOf(Challenge.class, step(plain, "")).data().length);
        assertInstanceOf(Success.class, step(plain, "\0alice\0Pa,ss=wörd 1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256", "PLAIN"})
    void anExchangeIsOverOnce(String name) throws Exception {
        SaslExchange exchange = start(name, TLS);
        assertEquals("malformed-request", condition(step(exchange, "nonsense")));
        assertEquals("malformed-request", condition(step(exchange, "n,,n=alice,r=abcdef")));
        assertEquals("malformed-request", condition(step(exchange, "\0alice\0Pa,ss=wörd 1")));
    }

    @Test
    void plainLogsIn() throws Exception {
        assertEquals("alice", success(plain("\0alice\0Pa,ss=wörd 1")).username());
        assertEquals(
                "alice",
                success(plain("alice@trestle.test\0ALICE\0Pa,ss=wörd 1")).username());
        assertEquals(0, success(plain("\0alice\0Pa,ss=wörd 1")).data().length);
        assertInstanceOf(Success.class, step(start("PLAIN", LOOPBACK), "\0alice\0Pa,ss=wörd 1"));
    }

    @Test
    void aPlainLoginMakesTheKeysThatAnOlderPasswordLacks() throws Exception {
        ScramKeys complete = Objects.requireNonNull(accounts.keys("alice@trestle.test"));
        ScramKeys older = new ScramKeys(complete.sha1(), complete.sha256(), null);
        CompletableFuture<String> asked = new CompletableFuture<>();
        Credentials credentials = new Credentials() {
            @Override
            public ScramKeys keys(String jid) {
                return older;
            }

            @Override
            public void complete(String jid, String password) {
                asked.complete(jid + " " + password);
            }
        };
        SaslMechanisms withOlder = new AccountMechanisms(
                new AccountMechanisms.Keys(credentials, derivation, new ClusterKey(tables, random)),
                ClientCertificates.NONE,
                Attempts.standard(),
                random);
        for (String password : List.of("wrong", "Pa,ss=wörd 1")) {
            assertFalse(asked.isDone());
            SaslExchange plain = Objects.requireNonNull(withOlder.start("PLAIN", withOlder.offer("trestle.test", TLS)));
            step(plain, "\0alice\0" + password);
        }
        assertEquals("alice@trestle.test Pa,ss=wörd 1", asked.get(30, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "~alice~wrong | not-authorized",
                "~nobody~other | not-authorized",
                "a=b+c@trestle.test~alice~Pa,ss=wörd 1 | invalid-authzid",
                "alice~alice~Pa,ss=wörd 1 | invalid-authzid",
                "alice~Pa,ss=wörd 1 | malformed-request",
                "~alice~ | malformed-request",
                "~~password | malformed-request",
                "~alice~a~b | malformed-request",
                "alice | malformed-request",
                "~al@ice~password | malformed-request",
                "~~~ | malformed-request",
            })
    void plainFailsInTheWordsOfRfc6120(String message, String condition) throws Exception {
        assertEquals(condition, condition(plain(message.replace('~', '\0'))));
    }

    @Test
    void randomOctetsNeverThrowAndNeverLogIn() throws Exception {
        Random seeded = new Random(62);
        for (int i = 0; i < 5000; i++) {
            byte[] octets = new byte[seeded.nextInt(64)];
            seeded.nextBytes(octets);
            for (String name : offered(TLS)) {
                SaslStep step =
                        start(name, TLS).respond(octets).toCompletableFuture().get(60, TimeUnit.SECONDS);
                assertFalse(step instanceof Success);
            }
        }
        byte[] huge = new byte[1 << 20];
        assertEquals("malformed-request", condition(now(start("PLAIN", TLS), huge)));
        assertEquals("malformed-request", condition(now(start("SCRAM-SHA-1", TLS), huge)));
    }

    @Test
    void aFullQueueIsATemporaryFailure() throws Exception {
        try (KeyDerivation busy = new KeyDerivation(random, 1, 1)) {
            AttemptLimits many = new AttemptLimits(MANY, MANY, MANY, 1000);
            SaslMechanisms crowded = new AccountMechanisms(
                    new AccountMechanisms.Keys(accounts, busy, new ClusterKey(tables, random)),
                    ClientCertificates.NONE,
                    new Attempts(many, System::nanoTime),
                    random);
            List<SaslStep> steps = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                SaslExchange exchange =
                        Objects.requireNonNull(crowded.start("PLAIN", crowded.offer("trestle.test", TLS)));
                exchange.respond("\0alice\0wrong".getBytes(StandardCharsets.UTF_8))
                        .thenAccept(steps::add);
            }
            assertTrue(steps.stream().anyMatch(step -> condition(step).equals("temporary-auth-failure")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-512"})
    void onlyWhoKnowsThePasswordLearnsWhyAnAccountIsClosed(String name) throws Exception {
        accounts.enable("alice@trestle.test", false).toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertEquals("not-authorized", condition(attempt(mechanisms, name, "alice", "wrong", TLS)));
        assertEquals("account-disabled", condition(attempt(mechanisms, name, "alice", "Pa,ss=wörd 1", TLS)));
        ScramKeys keys = Objects.requireNonNull(accounts.keys("a=b+c@trestle.test"));
        Credentials ended = new Credentials() {
            @Override
            public @Nullable ScramKeys keys(String jid) {
                return null;
            }

            @Override
            public Closed closed(String jid) {
                return new Closed(keys, Bar.EXPIRED);
            }
        };
        SaslMechanisms late = new AccountMechanisms(
                new AccountMechanisms.Keys(ended, derivation, new ClusterKey(tables, random)),
                ClientCertificates.NONE,
                Attempts.standard(),
                random);
        assertEquals("not-authorized", condition(attempt(late, name, "guest", "wrong", TLS)));
        assertEquals("credentials-expired", condition(attempt(late, name, "guest", "other", TLS)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256"})
    void whoHasGuessedTooOftenIsNotHeardAnyMoreAndEveryoneElseIs(String name) throws Exception {
        AttemptLimits few = new AttemptLimits(MANY, new Budget(2, Duration.ofDays(1)), MANY, 1000);
        SaslMechanisms limited = new AccountMechanisms(
                new AccountMechanisms.Keys(accounts, derivation, new ClusterKey(tables, random)),
                ClientCertificates.NONE,
                new Attempts(few, System::nanoTime),
                random);
        SaslChannel attacker = from("192.0.2.66");
        for (String user : List.of("alice", "nobody")) {
            for (int i = 0; i < 2; i++) {
                assertEquals("not-authorized", condition(attempt(limited, name, user, "wrong", attacker)));
            }
            Failure locked = assertInstanceOf(Failure.class, attempt(limited, name, user, "Pa,ss=wörd 1", attacker));
            assertEquals("temporary-auth-failure", locked.condition());
            assertTrue(locked.last());
        }
        for (int i = 0; i < 5; i++) {
            success(attempt(limited, name, "alice", "Pa,ss=wörd 1", from("192.0.2.7")));
            success(attempt(limited, name, "a=b+c", "other", attacker));
        }
    }

    private static SaslChannel from(String address) throws Exception {
        return new SaslChannel(true, false, ChannelBindings.NONE, List.of(), InetAddress.getByName(address));
    }

    private SaslStep attempt(SaslMechanisms limited, String name, String user, String password, SaslChannel channel)
            throws Exception {
        SaslExchange exchange = Objects.requireNonNull(limited.start(name, limited.offer("trestle.test", channel)));
        return name.equals("PLAIN")
                ? step(exchange, "\0" + user + "\0" + password)
                : scram(exchange, name, user, password, null);
    }

    @Test
    void strangersCannotTellWhichAccountsExist() throws Exception {
        for (String name : List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1")) {
            List<String> known = conversation(name, "alice");
            List<String> unknown = conversation(name, "nobody");
            assertEquals(known.size(), unknown.size());
            for (int i = 0; i < known.size(); i++) {
                assertEquals(shape(known.get(i)), shape(unknown.get(i)));
            }
        }
        Failure wrongPassword = assertInstanceOf(Failure.class, plain("\0alice\0wrong"));
        assertEquals(wrongPassword, plain("\0nobody\0wrong"));
        assertEquals(plain("bob@trestle.test\0alice\0x"), plain("bob@trestle.test\0nobody\0x"));
    }

    private List<String> conversation(String name, String user) throws Exception {
        SaslExchange exchange = start(name, TLS);
        Challenge first = assertInstanceOf(Challenge.class, step(exchange, "n,,n=" + user + ",r=abcdef"));
        String challenge = new String(first.data(), StandardCharsets.UTF_8);
        String nonce = challenge.substring(2, challenge.indexOf(','));
        SaslStep last = step(
                exchange,
                "c=biws,r=" + nonce + ",p="
                        + Base64.getEncoder()
                                .encodeToString(new byte[name.endsWith("-1") ? 20 : name.endsWith("256") ? 32 : 64]));
        return List.of(challenge, last.toString());
    }

    /** The text with everything random taken out. */
    private static String shape(String text) {
        return text.replaceAll("r=[^,]{38},", "r=NONCE,").replaceAll("s=[A-Za-z0-9+/]{22}==", "s=SALT");
    }

    /** The messages and the arithmetic of another project; it takes no extensions, so what is signed is put together here. */
    private SaslStep scram(String name, String user, String password, SaslChannel channel, byte @Nullable [] clientSees)
            throws Exception {
        return scram(start(name, channel), name, user, password, clientSees);
    }

    private static SaslStep scram(
            SaslExchange exchange, String name, String user, String password, byte @Nullable [] clientSees)
            throws Exception {
        boolean plus = name.endsWith("PLUS");
        ScramMechanism mechanism = ScramMechanism.valueOf(name.replace('-', '_'));
        ClientFirstMessage opening = plus
                ? new ClientFirstMessage(
                        Gs2CbindFlag.CHANNEL_BINDING_REQUIRED,
                        clientSees == EXPORTED ? "tls-exporter" : "tls-server-end-point",
                        null,
                        user,
                        "clientnonce")
                : new ClientFirstMessage(user, "clientnonce");
        SaslStep first = step(exchange, opening.toString());
        if (!(first instanceof Challenge challenge)) {
            return first;
        }
        String serverFirst = new String(challenge.data(), StandardCharsets.UTF_8);
        ServerFirstMessage parsed = ServerFirstMessage.parseFrom(serverFirst, "clientnonce");
        String sent = opening.toString();
        int bare = sent.indexOf(',', sent.indexOf(',') + 1) + 1;
        ByteArrayOutputStream binding = new ByteArrayOutputStream();
        binding.writeBytes(sent.substring(0, bare).getBytes(StandardCharsets.UTF_8));
        if (plus && clientSees != null) {
            binding.writeBytes(clientSees);
        }
        String last = "c=" + Base64.getEncoder().encodeToString(binding.toByteArray()) + ",r=" + parsed.getNonce();
        String signed = sent.substring(bare) + "," + serverFirst + "," + last;
        byte[] salted = ScramFunctions.saltedPassword(
                mechanism,
                StringPreparation.SASL_PREPARATION,
                password.toCharArray(),
                Base64.getDecoder().decode(parsed.getSalt()),
                parsed.getIterationCount());
        byte[] clientKey = ScramFunctions.clientKey(mechanism, salted);
        byte[] proof = ScramFunctions.clientProof(
                clientKey,
                ScramFunctions.clientSignature(mechanism, ScramFunctions.storedKey(mechanism, clientKey), signed));
        SaslStep answer = step(exchange, last + ",p=" + Base64.getEncoder().encodeToString(proof));
        if (answer instanceof Success success) {
            byte[] signature =
                    ScramFunctions.serverSignature(mechanism, ScramFunctions.serverKey(mechanism, salted), signed);
            assertEquals(
                    "v=" + Base64.getEncoder().encodeToString(signature),
                    new String(success.data(), StandardCharsets.UTF_8));
        }
        return answer;
    }

    private SaslStep plain(String message) throws Exception {
        return step(start("PLAIN", TLS), message);
    }

    private List<String> offered(SaslChannel channel) {
        return mechanisms.offer("trestle.test", channel).mechanisms();
    }

    private static SaslChannel channel(boolean secured, boolean plainAllowed, Map<String, byte[]> bindings) {
        ChannelBindings known = new ChannelBindings() {
            @Override
            public List<String> types() {
                return bindings.keySet().stream().sorted().toList();
            }

            @Override
            public byte @Nullable [] data(String type) {
                return bindings.get(type);
            }
        };
        return new SaslChannel(secured, plainAllowed, known, List.of(), null);
    }

    private SaslExchange start(String name, SaslChannel channel) {
        return Objects.requireNonNull(mechanisms.start(name, mechanisms.offer("trestle.test", channel)));
    }

    private static SaslStep step(SaslExchange exchange, String message) throws Exception {
        return now(exchange, message.getBytes(StandardCharsets.UTF_8));
    }

    private static SaslStep now(SaslExchange exchange, byte[] message) throws Exception {
        return exchange.respond(message).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static Success success(SaslStep step) {
        return assertInstanceOf(Success.class, step);
    }

    private static String condition(SaslStep step) {
        return assertInstanceOf(Failure.class, step).condition();
    }
}
