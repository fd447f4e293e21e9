package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trestle.xmpp.feature.AdHocCommand;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.feature.ExternalServices;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureHost;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.feature.adhoc.AdHocFeature;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.form.Field;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.session.LocalDomains;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** XEP-0050 with a command of two steps: a name, then a color. */
final class AdHocTest {
    private static final String COMMANDS = "http://jabber.org/protocol/commands";
    private static final Jid ALICE = Jid.of("alice@trestle.test/a");
    private static final Jid BOB = Jid.of("bob@trestle.test/b");

    private TestCluster cluster;
    private FeatureHost host;
    private final List<Iq> answers = new ArrayList<>();
    private @Nullable CompletableFuture<AdHocStep> slow;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(1);
        TestCluster.Node node = cluster.node(0);
        FeatureSite site = new FeatureSite(
                node,
                node.accounts,
                node.callBridges,
                new LocalDomains(node.tables, List::of),
                new Endpoints(),
                SessionLimits.DEFAULT,
                ExternalServices.NONE,
                cluster.timers,
                node.registry);
        host = new FeatureHost(
                List.of(new AdHocFeature()),
                site,
                new RouteHooks(),
                (stanza, source) -> answers.add((Iq) stanza),
                List::of,
                new FeatureContext.Product("Trestle", "test"));
        host.command(new Paint());
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private final class Paint implements AdHocCommand {
        @Override
        public String node() {
            return "paint";
        }

        @Override
        public String title() {
            return "Paint";
        }

        @Override
        public boolean permits(Jid asker) {
            return asker.equals(ALICE);
        }

        @Override
        public CompletionStage<AdHocStep> begin(Jid asker) {
            return CompletableFuture.completedFuture(new AdHocStep.Question(form("name"), false, this::named));
        }

        private CompletionStage<AdHocStep> named(DataForm form) {
            String name = form.value("name");
            if (slow != null) {
                return slow;
            }
            return name == null
                    ? AdHocStep.badPayload("no name")
                    : AdHocStep.ask(
                            form("color"),
                            last -> "none".equals(last.value("color"))
                                    ? CompletableFuture.completedFuture(new AdHocStep.Done(null, "there is no paint"))
                                    : AdHocStep.done(DataForm.result(
                                            "urn:paint",
                                            List.of(Field.result(
                                                    "painted", List.of(name + " " + last.value("color")))))));
        }

        private DataForm form(String var) {
            return DataForm.of(
                    DataForm.Type.FORM,
                    "urn:paint",
                    "Paint",
                    null,
                    List.of(Field.of(Field.Kind.TEXT_SINGLE, var, var).must()));
        }
    }

    private Iq send(Jid from, String attributes, String content) {
        Element command =
                Element.parse("<command xmlns='" + COMMANDS + "' " + attributes + ">" + content + "</command>");
        host.server(new Iq(Iq.Type.SET, Jid.of("trestle.test"), from, "1", null, Payload.of(command)), null);
        return answers.remove(0);
    }

    private Iq send(String attributes, String content) {
        return send(ALICE, "node='paint' " + attributes, content);
    }

    private static String form(String var, String value) {
        return "<x xmlns='jabber:x:data' type='submit'><field var='" + var + "'><value>" + value
                + "</value></field></x>";
    }

    private static Element command(Iq answer) {
        assertEquals(Iq.Type.RESULT, answer.type(), answer::toString);
        return Objects.requireNonNull(answer.child("command", COMMANDS));
    }

    private static void refused(Iq answer, Condition condition, @Nullable String application) {
        Element error = Objects.requireNonNull(answer.child("error", "jabber:client"), answer.toString());
        assertNotNull(error.child(condition.elementName(), "urn:ietf:params:xml:ns:xmpp-stanzas"), error.toString());
        if (application != null) {
            assertNotNull(error.child(application, COMMANDS), error.toString());
        }
    }

    private static List<String> actions(Element command) {
        return Objects.requireNonNull(command.child("actions", COMMANDS)).children().stream()
                .map(Element::name)
                .toList();
    }

    private String begin() {
        return "sessionid='" + command(send("", "")).attribute("sessionid") + "'";
    }

    @Test
    void twoStepsToTheEnd() {
        Element first = command(send("action='execute'", ""));
        assertEquals("executing", first.attribute("status"));
        assertEquals(List.of("next"), actions(first));
        String session = "sessionid='" + first.attribute("sessionid") + "' ";
        Element second = command(send(session + "action='next'", form("name", "fence")));
        assertEquals(List.of("prev", "complete"), actions(second));
        Element end = command(send(session + "action='complete'", form("color", "white")));
        assertEquals("completed", end.attribute("status"));
        assertEquals(
                "fence white",
                Objects.requireNonNull(DataForm.read(Objects.requireNonNull(end.child("x", "jabber:x:data"))))
                        .value("painted"));
        refused(send(session, form("color", "white")), Condition.NOT_ALLOWED, "session-expired");
    }

    @Test
    void executeGoesOnWhateverIsNext() {
        String session = begin();
        command(send(session, form("name", "fence")));
        assertEquals("completed", command(send(session, form("color", "red"))).attribute("status"));
    }

    @Test
    void backAndForward() {
        String session = begin();
        command(send(session, form("name", "fence")));
        Element back = command(send(session + " action='prev'", ""));
        assertEquals(List.of("next"), actions(back));
        refused(send(session + " action='prev'", ""), Condition.BAD_REQUEST, "bad-action");
        command(send(session + " action='next'", form("name", "door")));
        Element end = command(send(session, form("color", "red")));
        assertEquals(
                "door red",
                Objects.requireNonNull(DataForm.read(Objects.requireNonNull(end.child("x", "jabber:x:data"))))
                        .value("painted"));
    }

    @Test
    void cancelledIsOver() {
        String session = begin();
        Element end = command(send(session + " action='cancel'", ""));
        assertEquals("canceled", end.attribute("status"));
        assertNull(end.child("actions", COMMANDS));
        refused(send(session, form("name", "fence")), Condition.NOT_ALLOWED, "session-expired");
    }

    @Test
    void aFailureIsANote() {
        String session = begin();
        command(send(session, form("name", "fence")));
        Element end = command(send(session, form("color", "none")));
        Element note = Objects.requireNonNull(end.child("note", COMMANDS));
        assertEquals("error", note.attribute("type"));
        assertEquals("there is no paint", note.text());
    }

    @ParameterizedTest
    @CsvSource({
        "action='paint', BAD_REQUEST, malformed-action",
        "action='complete', BAD_REQUEST, bad-action",
        "action='prev', BAD_REQUEST, bad-action",
        "sessionid='made-up', BAD_REQUEST, bad-sessionid",
        "sessionid='99-000000000000000000000000', BAD_REQUEST, bad-sessionid"
    })
    void whatCannotBe(String attributes, Condition condition, String application) {
        refused(send(attributes, ""), condition, application);
    }

    @Test
    void aStepThatIsNotAFormIsABadPayloadAndCanBeRepeated() {
        String session = begin();
        refused(send(session, ""), Condition.BAD_REQUEST, "bad-payload");
        refused(send(session, "<x xmlns='jabber:x:data' type='form'/>"), Condition.BAD_REQUEST, "bad-payload");
        refused(send(session, "<x xmlns='jabber:x:data' type='submit'/>"), Condition.BAD_REQUEST, "bad-payload");
        refused(send(session + " action='complete'", form("name", "x")), Condition.BAD_REQUEST, "bad-action");
        command(send(session, form("name", "fence")));
    }

    @Test
    void whoMayNotIsForbiddenAndWhatIsNotThereIsNotFound() {
        refused(send(BOB, "node='paint'", ""), Condition.FORBIDDEN, null);
        refused(send(ALICE, "node='dance'", ""), Condition.ITEM_NOT_FOUND, null);
        refused(send(ALICE, "", ""), Condition.ITEM_NOT_FOUND, null);
    }

    @Test
    void aSessionEndsWhenItsTimeIsOver() {
        String session = begin();
        cluster.timers.advance(Duration.ofMinutes(9));
        refused(send(session, ""), Condition.BAD_REQUEST, "bad-payload");
        cluster.timers.advance(Duration.ofMinutes(9));
        command(send(session, form("name", "fence")));
        cluster.timers.advance(Duration.ofMinutes(10));
        refused(send(session, form("color", "red")), Condition.NOT_ALLOWED, "session-expired");
    }

    @Test
    void ofTooManyOfOneTheOldestEnds() {
        String oldest = begin();
        cluster.timers.advance(Duration.ofSeconds(1));
        String last = oldest;
        for (int i = 0; i < 16; i++) {
            last = begin();
        }
        assertNotEquals(oldest, last);
        refused(send(oldest, form("name", "fence")), Condition.NOT_ALLOWED, "session-expired");
        command(send(last, form("name", "fence")));
    }

    @Test
    void aStepThatIsUnderWayIsNotTakenTwice() {
        String session = begin();
        slow = new CompletableFuture<>();
        host.server(
                new Iq(
                        Iq.Type.SET,
                        Jid.of("trestle.test"),
                        ALICE,
                        "1",
                        null,
                        Payload.of(Element.parse("<command xmlns='" + COMMANDS + "' node='paint' " + session + ">"
                                + form("name", "x") + "</command>"))),
                null);
        assertEquals(0, answers.size());
        refused(send(session, form("name", "x")), Condition.UNEXPECTED_REQUEST, null);
        slow.complete(new AdHocStep.Done(null, null));
        assertEquals("completed", command(answers.remove(0)).attribute("status"));
    }

    @Test
    void aFailureOfOursEndsTheSession() {
        String session = begin();
        slow = CompletableFuture.failedFuture(new IllegalStateException("broken on purpose"));
        refused(send(session, form("name", "x")), Condition.INTERNAL_SERVER_ERROR, null);
        refused(send(session, form("name", "x")), Condition.NOT_ALLOWED, "session-expired");
    }
}
