package org.trestle.node.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.turn.TurnTables;
import org.trestle.turn.credentials.Issued;
import org.trestle.turn.credentials.Revocation;
import org.trestle.turn.credentials.SharedKey;
import org.trestle.turn.credentials.StaticUser;
import org.trestle.turn.journal.Printable;
import org.trestle.turn.relay.RelaySettings;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;

/** {@code turn credentials …}: who may use the relays of the cluster; each change counts on all nodes. */
final class TurnCredentialCommands {
    private static final String SHOW = "--show-secrets";
    private static final String PASSWORD_FILE = "--password-file";
    private static final String SECRET_FILE = "--secret-file";

    /** Beside a name there is an expiry, and perhaps a generation, in what is sent. */
    private static final int LONGEST_NAME = StaticUser.LONGEST_NAME - 32;

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    private final NodeControl node;

    TurnCredentialCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(
                new Verb(
                        "turn credentials",
                        "<username> <password> <realm>",
                        "adds a user and sets the realm, as older consoles had it; the password is seen by others here",
                        this::all),
                new Verb(
                        "turn credentials list",
                        "[--show-secrets]",
                        "lists users and the keys of time-limited credentials",
                        this::list),
                new Verb(
                        "turn credentials add",
                        "<username> [--password-file FILE]",
                        "adds a user, or gives one another password; asks for it",
                        this::add),
                new Verb("turn credentials del", "<username>", "removes a user", this::del),
                new Verb(
                        "turn credentials rotate",
                        "[--secret-file FILE]",
                        "takes a new key into use, a random one unless a file has it; the others stay valid",
                        this::rotate),
                new Verb(
                        "turn credentials retire",
                        "<epoch>",
                        "refuses everything made with a key, at the next refresh at the latest",
                        this::retire),
                new Verb(
                        "turn credentials revoke",
                        "<name>",
                        "refuses all that was made for a name until now, by other programs with the key, too; new ones are good",
                        this::revoke),
                new Verb(
                        "turn credentials issue",
                        "<name>",
                        "makes time-limited credentials, as clients get them",
                        this::issue),
                new Verb(
                        "turn credentials lifetime",
                        "<time>",
                        "how long new credentials are good for: 12h unless set",
                        this::lifetime),
                new Verb(
                        "turn short_term_credentials",
                        "<shared-secret> <realm>",
                        "takes a key into use and sets the realm, as older consoles had it",
                        this::shortTerm),
                new Verb(
                        "turn short_term_credentials_mode",
                        "<enable|disable>",
                        "whether time-limited credentials are made and accepted, on all nodes; they are unless disabled",
                        this::mode),
                new Verb(
                        "turn realm",
                        "<realm>",
                        "sets the realm of all relays; they start anew: allocations end",
                        request -> realm(request.argument(0))));
    }

    private TurnTables shared() {
        return node.turn().shared();
    }

    private void done(CompletionStage<?> stage) throws ConsoleException {
        Await.change(node, stage);
    }

    private Answer all(Request request) throws ConsoleException {
        String realm = checkedRealm(request.argument(2));
        done(shared().user(user(request.argument(0), request.argument(1))));
        return Done.of("user " + request.argument(0) + " may use the relays, realm " + realm + setRealm(realm));
    }

    private Answer add(Request request) throws ConsoleException, IOException {
        String password = request.secret(PASSWORD_FILE, "password", true);
        done(shared().user(user(request.argument(0), password)));
        return Done.of("user " + request.argument(0) + " may use the relays");
    }

    private static StaticUser user(String name, String password) throws ConsoleException {
        if (name.isBlank() || password.isEmpty()) {
            throw new ConsoleException("a user needs a name and a password; nothing was changed");
        }
        if (!name.equals(Printable.of(name))) {
            throw new ConsoleException("the name has characters that cannot be seen; nothing was changed");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > StaticUser.LONGEST_NAME) {
            throw new ConsoleException("the name is too long; at most " + StaticUser.LONGEST_NAME + " octets");
        }
        return new StaticUser(name, password);
    }

    private Answer del(Request request) throws ConsoleException {
        done(shared().removeUser(request.argument(0)));
        return Done.of("user " + request.argument(0) + " is refused from the next request on");
    }

    private Answer list(Request request) {
        Freshness.await(node, request);
        return new CredentialListing(shared().book(), node.turn().realm(), shared().lifetime(), request.has(SHOW));
    }

    private Answer rotate(Request request) throws ConsoleException, IOException {
        String secret = request.option(SECRET_FILE) == null ? null : request.secret(SECRET_FILE, "key", false);
        return Done.of(rotated(secret));
    }

    private String rotated(@org.jspecify.annotations.Nullable String secret) throws ConsoleException {
        if (secret != null && secret.length() < SharedKey.LEAST) {
            throw new ConsoleException(
                    "the key is too short; at least " + SharedKey.LEAST + " characters; nothing was changed");
        }
        SharedKey key = Await.change(node, shared().rotate(secret, node.turn().now()));
        List<String> others = shared().book().keys().stream()
                .filter(other -> other.valid() && other.epoch() != key.epoch())
                .map(other -> Integer.toString(other.epoch()))
                .toList();
        String stay = others.isEmpty()
                ? ""
                : "; valid until you retire them (\"turn status\" shows their use): epoch " + String.join(", ", others);
        return "new credentials are made with the key of epoch " + key.epoch() + stay;
    }

    private Answer retire(Request request) throws ConsoleException {
        int epoch;
        try {
            epoch = Integer.parseInt(request.argument(0));
        } catch (NumberFormatException notANumber) {
            throw new ConsoleException(
                    "\"" + request.argument(0) + "\" is no epoch; \"turn credentials list\" shows them");
        }
        done(shared().retire(epoch, node.turn().now()));
        return Done.of("everything made with the key of epoch " + epoch + " is refused from the next request on");
    }

    private Answer revoke(Request request) throws ConsoleException {
        String name = named(request);
        if (shared().book().users().containsKey(LongTermKey.opaque(name))) {
            throw new ConsoleException(name + " is a user with a password; type \"turn credentials del " + name + "\"");
        }
        String client = asClientsAreNamed(name);
        done(shared().revoke(name));
        if (!client.equals(name)) {
            done(shared().revoke(client));
        }
        Revocation revocation = shared().book().revoked().get(name);
        String whose = client.equals(name) ? name : name + ", and " + client + " as clients are named,";
        return Done.of("credentials that " + whose + " has are refused from the next request on; new ones are good"
                + (revocation == null
                        ? ""
                        : ". Programs that make them with a key of ours have to write expiry;" + revocation.generation()
                                + ":name for this user until they use a newer key"));
    }

    /**
     * What stands in the credentials of the client or call bridge with this address: upper case, a resource, or another form
     * of its letters would otherwise revoke nobody.
     */
    private static String asClientsAreNamed(String name) {
        Jid jid = name.indexOf('@') > 0 || name.indexOf('.') > 0 ? Jid.parse(name) : null;
        if (jid == null) {
            return name;
        }
        return jid instanceof FullJid full ? full.bare().toString() : jid.toString();
    }

    /** Whom time-limited credentials are for. */
    private static String named(Request request) throws ConsoleException {
        String name = request.argument(0);
        if (name.isBlank()) {
            throw new ConsoleException("the name is empty; usage: turn credentials issue|revoke <name>");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new ConsoleException("the name is too long; at most " + LONGEST_NAME + " octets");
        }
        return name;
    }

    private Answer issue(Request request) throws ConsoleException {
        Issued issued = shared().book()
                .issue(named(request), shared().lifetime(), node.turn().now());
        if (issued == null) {
            throw new ConsoleException(
                    shared().book().timeLimited()
                            ? "there is no key yet; type \"turn credentials rotate\""
                            : "time-limited credentials are switched off; type"
                                    + " \"turn short_term_credentials_mode enable\"");
        }
        return new Answer.Fields(List.of(
                new Field("Username", "username", issued.username()),
                new Field("Password", "password", issued.password()),
                new Field("Realm", "realm", node.turn().realm()),
                new Field("Expires", "expires", issued.expires())));
    }

    private Answer lifetime(Request request) throws ConsoleException {
        Duration lifetime = TimeWord.read(request.argument(0), LONGEST);
        if (lifetime.compareTo(SHORTEST) < 0) {
            throw new ConsoleException(
                    "too short; at least 1m. A call whose credentials expire ends at its next refresh");
        }
        done(shared().lifetime(lifetime));
        return Done.of("new credentials are good for " + lifetime.toMinutes() + " minutes");
    }

    private Answer shortTerm(Request request) throws ConsoleException {
        String realm = checkedRealm(request.argument(1));
        String done = rotated(request.argument(0));
        return Done.of(done + setRealm(realm));
    }

    private Answer mode(Request request) throws ConsoleException {
        boolean on = Switch.read(request);
        done(shared().timeLimited(on));
        return Done.of(
                on
                        ? "clients and call bridges get time-limited credentials, and relays accept them"
                        : "relays accept users with a password only, from the next request on; clients and call bridges that"
                                + " ask for credentials get none. Keys stay: \"turn short_term_credentials_mode enable\"");
    }

    private Answer realm(String realm) throws ConsoleException {
        return Done.of("the realm is " + realm + " on all nodes" + setRealm(checkedRealm(realm)));
    }

    /** Words about what that ends, empty when it is the realm already. */
    private String setRealm(String realm) throws ConsoleException {
        if (realm.equals(node.turn().realm())) {
            return "";
        }
        done(shared().realm(realm));
        return "; the realm is new, so all relays start anew, which ends their allocations";
    }

    private static String checkedRealm(String realm) throws ConsoleException {
        int octets = realm.getBytes(StandardCharsets.UTF_8).length;
        if (!realm.equals(Printable.of(realm)) || realm.isBlank()) {
            throw new ConsoleException(
                    "the realm is empty, or has characters that cannot be seen; nothing was changed");
        }
        if (octets > RelaySettings.MAX_REALM_BYTES) {
            throw new ConsoleException("the realm \"" + realm + "\" has " + octets + " octets; 1 to "
                    + RelaySettings.MAX_REALM_BYTES
                    + " are allowed, because it is part of an answer that everybody can provoke; nothing was changed");
        }
        return realm;
    }
}
