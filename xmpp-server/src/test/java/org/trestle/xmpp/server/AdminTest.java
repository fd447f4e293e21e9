package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.auth.accounts.TableAccounts;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.xml.Element;

/** XEP-0133 as dialogues: an administrator on one node, users on another. */
final class AdminTest {
    private static final String SERVER = TestCluster.DOMAIN;
    private static final String ADMIN = "http://jabber.org/protocol/admin";
    private static final String COMMANDS = "http://jabber.org/protocol/commands";

    private TestCluster cluster;
    private Asking admin;
    private Peer adminPeer;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
        got(cluster.node(0).accounts.add(jid("root"), "one", true));
        got(cluster.node(0).accounts.add(jid("bob"), "one", false));
        adminPeer = cluster.node(0).client("root", "r");
        admin = new Asking(adminPeer);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static String jid(String name) {
        return name + "@" + SERVER;
    }

    private static String execute(String name) {
        return "<command xmlns='" + COMMANDS + "' node='" + ADMIN + "#" + name + "' action='execute'/>";
    }

    private static String filled(String name, @Nullable String session, Map<String, List<String>> fields) {
        String form = new TreeMap<>(fields)
                .entrySet().stream()
                        .map(field -> "<field var='" + field.getKey() + "'>"
                                + field.getValue().stream()
                                        .map(value -> "<value>" + value + "</value>")
                                        .collect(Collectors.joining())
                                + "</field>")
                        .collect(Collectors.joining());
        return "<command xmlns='" + COMMANDS + "' node='" + ADMIN + "#" + name + "' sessionid='" + session
                + "'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>" + ADMIN
                + "</value></field>" + form + "</x></command>";
    }

    private static String session(Asking asks, String name) throws Exception {
        Element command = asks.set(SERVER, execute(name));
        assertEquals("executing", command.attribute("status"));
        Element actions = command.child("actions", COMMANDS);
        assertNotNull(actions);
        assertEquals("complete", actions.attribute("execute"));
        return Objects.requireNonNull(command.attribute("sessionid"));
    }

    private static Element done(Asking asks, String name, Map<String, List<String>> fields) throws Exception {
        Element command = asks.set(SERVER, filled(name, session(asks, name), fields));
        assertEquals("completed", command.attribute("status"));
        return command;
    }

    private static void refused(Asking asks, String name, Map<String, List<String>> fields, Condition condition)
            throws Exception {
        asks.refused(Iq.Type.SET, SERVER, filled(name, session(asks, name), fields), condition);
    }

    private static List<String> values(Element command, String var) {
        Element form = command.child("x", "jabber:x:data");
        assertNotNull(form, command::toString);
        return form.children().stream()
                .filter(field -> var.equals(field.attribute("var")))
                .flatMap(field -> field.children().stream())
                .map(Element::text)
                .toList();
    }

    private static <T> T got(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private TableAccounts accounts(int node) {
        return (TableAccounts) cluster.node(node).accounts;
    }

    @Test
    void theCommandsAreFoundByThoseWhoMayRunThem() throws Exception {
        String list = "<query xmlns='http://jabber.org/protocol/disco#items' node='" + COMMANDS + "'/>";
        TreeSet<String> nodes = admin.get(SERVER, list).children().stream()
                .map(item -> Objects.requireNonNull(item.attribute("node")))
                .map(node -> node.substring(node.indexOf('#') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                List.of(
                        "add-user",
                        "announce",
                        "change-user-password",
                        "delete-motd",
                        "delete-user",
                        "delete-welcome",
                        "disable-user",
                        "edit-admin",
                        "edit-motd",
                        "end-user-session",
                        "get-active-users",
                        "get-active-users-num",
                        "get-disabled-users-list",
                        "get-disabled-users-num",
                        "get-idle-users",
                        "get-idle-users-num",
                        "get-online-users-list",
                        "get-online-users-num",
                        "get-registered-users-list",
                        "get-registered-users-num",
                        "get-user-lastlogin",
                        "get-user-roster",
                        "reenable-user",
                        "set-motd",
                        "set-welcome",
                        "user-stats"),
                List.copyOf(nodes));
        Asking bob = new Asking(cluster.node(1).client("bob", "b"));
        assertEquals(List.of(), bob.get(SERVER, list).children());
        bob.refused(Iq.Type.SET, SERVER, execute("add-user"), Condition.FORBIDDEN);
        String node = "<query xmlns='http://jabber.org/protocol/disco#info' node='" + ADMIN + "#add-user'/>";
        bob.refused(Iq.Type.GET, SERVER, node, Condition.ITEM_NOT_FOUND);
        Element identity = Objects.requireNonNull(admin.get(SERVER, node).firstChild());
        assertEquals("command-node", identity.attribute("type"));
    }

    @Test
    void addsAUserWhoExistsOnEveryNodeThen() throws Exception {
        done(
                admin,
                "add-user",
                Map.of(
                        "accountjid",
                        List.of(jid("Carol")),
                        "password",
                        List.of("pw"),
                        "password-verify",
                        List.of("pw")));
        assertNotNull(accounts(1).keys(jid("carol")));
        refused(
                admin,
                "add-user",
                Map.of("accountjid", List.of(jid("carol")), "password", List.of("pw")),
                Condition.CONFLICT);
    }

    @Test
    void whatIsWrongWithAFormIsSaidAndItCanBeFilledInAgain() throws Exception {
        String session = session(admin, "add-user");
        for (Map<String, List<String>> wrong : List.of(
                Map.of("accountjid", List.of(jid("carol"))),
                Map.of("password", List.of("pw")),
                Map.of("accountjid", List.of("@@"), "password", List.of("pw")),
                Map.of("accountjid", List.of(jid("c") + "/resource"), "password", List.of("pw")),
                Map.of("accountjid", List.of(jid("c")), "password", List.of("a"), "password-verify", List.of("b")),
                Map.of("accountjid", List.of(jid("c")), "password", List.of("a"), "x-expiry", List.of("soon")),
                Map.of(
                        "accountjid",
                        List.of(jid("c")),
                        "password",
                        List.of("a"),
                        "x-expiry",
                        List.of("1969-01-01T00:00:00Z")),
                Map.of(
                        "accountjid",
                        List.of(jid("c")),
                        "password",
                        List.of("a"),
                        "x-expiry",
                        List.of("99999999999")))) {
            Element error =
                    admin.refused(Iq.Type.SET, SERVER, filled("add-user", session, wrong), Condition.BAD_REQUEST);
            assertNotNull(error.child("bad-payload", COMMANDS), wrong.toString());
        }
        Map<String, List<String>> right = Map.of("accountjid", List.of(jid("carol")), "password", List.of("pw"));
        assertEquals(
                "completed",
                admin.set(SERVER, filled("add-user", session, right)).attribute("status"));
    }

    @Test
    void aGrantedCallBridgeMakesAGuestWhoVanishesOnTime() throws Exception {
        Peer cb1 = cluster.node(1).component("cb1");
        Asking bridge = new Asking(cb1);
        bridge.refused(Iq.Type.SET, SERVER, execute("add-user"), Condition.FORBIDDEN);
        got(cluster.node(0).callBridges.grant("cb1", true));
        cluster.node(0).leads = true;
        Instant end = cluster.timers.now().plusSeconds(3600);
        Element command = done(
                bridge,
                "add-user",
                Map.of("accountjid", List.of(jid("guest")), "password", List.of("pw"), "x-expiry", List.of("3600")));
        assertEquals(List.of(end.toString()), values(command, "x-expiry"));
        assertNotNull(accounts(0).keys(jid("guest")), "logs in on any node");
        assertEquals(end, accounts(0).standing(jid("guest")).expiry());
        bridge.refused(Iq.Type.SET, SERVER, execute("edit-admin"), Condition.FORBIDDEN);
        got(cluster.node(0).callBridges.grant("cb1", false));
        bridge.refused(Iq.Type.SET, SERVER, execute("add-user"), Condition.FORBIDDEN);
        cluster.timers.advance(Duration.ofHours(1));
        assertFalse(cluster.node(1).accounts.exists(jid("guest")));
    }

    @Test
    void deletesSeveralWithTheirSessions() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b");
        got(cluster.node(0).accounts.add(jid("carol"), "one", false));
        done(admin, "delete-user", Map.of("accountjids", List.of(jid("bob"), jid("carol"))));
        assertEquals(1, cluster.node(1).accounts.list().size());
        assertEquals(
                StreamError.Condition.NOT_AUTHORIZED,
                Objects.requireNonNull(bob.ended()).condition());
        refused(admin, "delete-user", Map.of("accountjids", List.of(jid("bob"))), Condition.NOT_ACCEPTABLE);
    }

    @Test
    void nobodyShutsTheDoorBehindHimself() throws Exception {
        String own = jid("admin");
        refused(admin, "delete-user", Map.of("accountjids", List.of(own)), Condition.NOT_ACCEPTABLE);
        refused(admin, "disable-user", Map.of("accountjids", List.of(own)), Condition.NOT_ACCEPTABLE);
    }

    @Test
    void disablingEndsTheSessionsAndEnablingBringsTheAccountBack() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b");
        done(admin, "disable-user", Map.of("accountjids", List.of(jid("bob"))));
        assertEquals(
                StreamError.Condition.POLICY_VIOLATION,
                Objects.requireNonNull(bob.ended()).condition());
        assertNull(accounts(1).keys(jid("bob")));
        Element listed = done(admin, "get-disabled-users-list", Map.of("max_items", List.of("25")));
        assertEquals(List.of(jid("bob")), values(listed, "disableduserjids"));
        done(admin, "reenable-user", Map.of("accountjids", List.of(jid("bob"))));
        assertNotNull(accounts(1).keys(jid("bob")));
    }

    @Test
    void endsASessionOrAllOfAnAccount() throws Exception {
        Peer one = cluster.node(1).client("bob", "1");
        Peer two = cluster.node(1).client("bob", "2");
        done(admin, "end-user-session", Map.of("accountjids", List.of(jid("bob") + "/1")));
        assertEquals(
                StreamError.Condition.POLICY_VIOLATION,
                Objects.requireNonNull(one.ended()).condition());
        two.expectNothing();
        done(admin, "end-user-session", Map.of("accountjids", List.of(jid("bob"))));
        two.ended();
        refused(admin, "end-user-session", Map.of("accountjids", List.of(jid("bob") + "/1")), Condition.NOT_ACCEPTABLE);
    }

    @Test
    void changesAPasswordWithoutEndingTheSession() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b");
        done(admin, "change-user-password", Map.of("accountjid", List.of(jid("bob")), "password", List.of("two")));
        assertTrue(KeyDerivation.matchesNow(
                Objects.requireNonNull(accounts(1).keys(jid("bob"))).sha1(), "two"));
        bob.expectNothing();
        refused(
                admin,
                "change-user-password",
                Map.of("accountjid", List.of(jid("nobody")), "password", List.of("two")),
                Condition.NOT_ACCEPTABLE);
    }

    @Test
    void aPasswordCannotBeRead() throws Exception {
        Element error = admin.refused(Iq.Type.SET, SERVER, execute("get-user-password"), Condition.NOT_ALLOWED);
        assertTrue(error.toString().contains("nobody can read a password"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "shutdown", "edit-blacklist", "edit-whitelist"})
    void whatDoesNotMakeSenseHereSaysSo(String name) throws Exception {
        admin.refused(Iq.Type.SET, SERVER, execute(name), Condition.FEATURE_NOT_IMPLEMENTED);
    }

    @Test
    void countsAndLists() throws Exception {
        cluster.node(1).client("bob", "b").available(0);
        for (Map.Entry<String, String> expected : Map.of(
                        "registered", "2", "disabled", "0", "online", "2", "active", "1", "idle", "1")
                .entrySet()) {
            String kind = expected.getKey();
            Element command = admin.set(SERVER, execute("get-" + kind + "-users-num"));
            assertEquals(List.of(expected.getValue()), values(command, kind + "usersnum"), kind);
        }
        assertEquals(
                List.of(jid("bob"), jid("root")),
                values(done(admin, "get-registered-users-list", Map.of()), "registereduserjids"));
        assertEquals(
                List.of(jid("bob")),
                values(done(admin, "get-online-users-list", Map.of("max_items", List.of("1"))), "onlineuserjids"));
        assertEquals(List.of(jid("bob")), values(done(admin, "get-active-users", Map.of()), "activeuserjids"));
        assertEquals(List.of(jid("root")), values(done(admin, "get-idle-users", Map.of()), "idleuserjids"));
        refused(admin, "get-idle-users", Map.of("max_items", List.of("-1")), Condition.BAD_REQUEST);
    }

    @Test
    void tellsOfAUser() throws Exception {
        cluster.timers.advance(Duration.ofSeconds(60));
        cluster.node(1).client("bob", "b");
        cluster.timers.advance(Duration.ofSeconds(5));
        Asking own = new Asking(cluster.node(1).client("bob", "c"));
        own.result(
                Iq.Type.SET,
                jid("bob"),
                "<query xmlns='jabber:iq:roster'><item jid='eve@elsewhere.test' name='Eve'/></query>");
        Map<String, List<String>> bobs = Map.of("accountjids", List.of(jid("bob")));
        assertEquals(List.of("1970-01-01T00:01:00Z"), values(done(admin, "get-user-lastlogin", bobs), "lastlogin"));
        Element roster = done(admin, "get-user-roster", bobs).child("x", "jabber:x:data");
        Element query = Objects.requireNonNull(roster).child("query", "jabber:iq:roster");
        assertEquals(
                "eve@elsewhere.test",
                Objects.requireNonNull(Objects.requireNonNull(query).firstChild())
                        .attribute("jid"));
        Element stats = done(admin, "user-stats", Map.of("accountjid", List.of(jid("bob"))));
        assertEquals(List.of("b", "c"), values(stats, "onlineresources"));
        assertEquals(List.of("1"), values(stats, "rostersize"));
        refused(admin, "get-user-roster", Map.of("accountjids", List.of(jid("nobody"))), Condition.ITEM_NOT_FOUND);
    }

    @Test
    void announcesToAllWhoAreOnlineOnAnyNode() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        done(admin, "announce", Map.of("announcement", List.of("Dinner", "is ready")));
        Message message = bob.expectMessage("Dinner\nis ready");
        assertEquals(Message.Type.HEADLINE, message.type());
    }

    @Test
    void theMessageOfTheDayIsSetEditedAndDeleted() throws Exception {
        done(admin, "set-motd", Map.of("motd", List.of("Be kind.")));
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        bob.expectMessage("Be kind.");
        Element form = admin.set(SERVER, execute("edit-motd"));
        assertEquals(
                List.of("Be kind."),
                values(form, "motd").stream().filter(v -> !v.isEmpty()).toList());
        admin.set(SERVER, execute("delete-motd"));
        cluster.node(1).client("bob", "c").available(0).expectPresence(Presence.Type.AVAILABLE, bob.jid);
    }

    @Test
    void whoLogsInForTheFirstTimeIsWelcomed() throws Exception {
        done(admin, "set-welcome", Map.of("welcome", List.of("Welcome!")));
        Peer bob = cluster.node(1).client("bob", "b");
        bob.send(Presence.of(Presence.Type.AVAILABLE, null, null));
        bob.expectMessage("Welcome!");
        bob.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        cluster.timers.advance(Duration.ofSeconds(5));
        Peer again = cluster.node(1).client("bob", "c").available(0);
        again.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        again.expectNothing();
    }

    @Test
    void administratorsAreReplacedByAList() throws Exception {
        done(admin, "edit-admin", Map.of("adminjids", List.of(jid("bob"))));
        assertTrue(cluster.node(1).accounts.isAdmin(jid("bob")));
        admin.refused(Iq.Type.SET, SERVER, execute("edit-admin"), Condition.FORBIDDEN);
        Asking bob = new Asking(cluster.node(1).client("bob", "b"));
        refused(bob, "edit-admin", Map.of("adminjids", List.of(jid("nobody"))), Condition.BAD_REQUEST);
        refused(bob, "edit-admin", Map.of("adminjids", List.of()), Condition.BAD_REQUEST);
    }
}
