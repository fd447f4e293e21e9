package org.trestle.xmpp.feature.register;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.accounts.AccountException;
import org.trestle.auth.accounts.Accounts;
import org.trestle.auth.prep.Prepared;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureContext.Stage;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/**
 * XEP-0077 with the two fields that an account has here: users change their password, which all nodes know when the answer
 * comes and which ends no session, and remove their account. New accounts only where the operator has switched that on, a
 * few from one address.
 */
public final class RegisterFeature implements Feature {
    static final String NAMESPACE = "jabber:iq:register";
    static final String STREAM_FEATURE = "http://jabber.org/features/iq-register";

    private static final Logger LOG = LoggerFactory.getLogger(RegisterFeature.class);
    private static final String SETTINGS = "settings";
    private static final String SWITCH = "registration";

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0077", "In-Band Registration", "2.4");
    }

    @Override
    public void install(FeatureContext context) {
        FeatureSite site = context.site();
        NewAccounts fresh = new NewAccounts(site);
        context.disco(NAMESPACE, Scope.SERVER);
        context.advertise(
                Stage.BEFORE_LOGIN,
                () -> isOpen(site) ? Element.of("register", STREAM_FEATURE).build() : null);
        context.stranger(
                "query",
                NAMESPACE,
                (domain, request, peer) -> isOpen(site)
                        ? fresh.answer(domain, request, peer)
                        : CompletableFuture.completedFuture(refusal(
                                request,
                                StanzaError.of(
                                        Condition.SERVICE_UNAVAILABLE,
                                        "accounts are made by this server's operator only"))));
        // A request without an address is one to the own account.
        for (Scope scope : List.of(Scope.SERVER, Scope.ACCOUNT)) {
            context.iq(Iq.Type.GET, "query", NAMESPACE, scope, request -> show(site, request));
            context.iq(Iq.Type.SET, "query", NAMESPACE, scope, request -> change(site, request));
        }
    }

    private static boolean isOpen(FeatureSite site) {
        return site.cluster().tables().get(SETTINGS, SWITCH) != null;
    }

    /** The account that asks, when it is one of this server; null when the request has been refused. */
    private static @Nullable Jid account(FeatureSite site, IqRequest request) {
        Jid from = request.iq().from();
        Jid account = from == null ? null : from.bare();
        if (account == null || account.local() == null || !site.domains().test(account.domain())) {
            request.refuse(
                    StanzaError.of(Condition.NOT_ALLOWED, "only users of this server have an account to change"));
            return null;
        }
        if (!site.accounts().exists(account.toString())) {
            request.refuse(StanzaError.of(Condition.REGISTRATION_REQUIRED));
            return null;
        }
        return account;
    }

    private static void show(FeatureSite site, IqRequest request) {
        Jid account = account(site, request);
        if (account != null) {
            request.answer(Element.of("query", NAMESPACE)
                    .child("registered")
                    .child("username", String.valueOf(account.local()))
                    .child("password")
                    .build());
        }
    }

    private static void change(FeatureSite site, IqRequest request) {
        Jid account = account(site, request);
        Element query = request.element();
        if (account == null) {
            return;
        }
        if (query.child("remove", NAMESPACE) == null) {
            password(site.accounts(), account, request);
        } else if (query.children().size() == 1) {
            remove(site, account.toString(), request);
        } else {
            request.refuse(StanzaError.of(Condition.BAD_REQUEST, "to remove the account send 'remove' alone"));
        }
    }

    /**
     * First the cluster agrees that the account ends now, then the user is told, then it is deleted, which ends the user's
     * streams: who got the answer can rely on it even when this node dies in between.
     */
    private static void remove(FeatureSite site, String account, IqRequest request) {
        site.accounts().endAt(account, site.timers().now()).whenComplete((done, failed) -> {
            if (failed != null) {
                request.refuse(inWords(failed));
                return;
            }
            request.answer();
            site.accounts().del(account).whenComplete((gone, later) -> {
                if (later != null) {
                    LOG.debug("account {} is removed a moment later: {}", account, later.getMessage());
                }
            });
        });
    }

    private static void password(Accounts accounts, Jid account, IqRequest request) {
        String username = text(request.element(), "username");
        String password = text(request.element(), "password");
        if (username == null || password == null) {
            request.refuse(StanzaError.of(Condition.BAD_REQUEST, "username and password are both wanted"));
        } else if (!isOwn(username, account)) {
            request.refuse(StanzaError.of(Condition.NOT_ALLOWED, "the password of another account cannot be changed"));
        } else {
            accounts.passwd(account.toString(), password).whenComplete((done, failed) -> {
                if (failed == null) {
                    request.answer();
                } else {
                    request.refuse(inWords(failed));
                }
            });
        }
    }

    private static boolean isOwn(String username, Jid account) {
        try {
            return Prepared.username(username).equals(account.local());
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    static @Nullable String text(Element query, String name) {
        Element child = query.child(name, NAMESPACE);
        return child == null || child.text().isEmpty() ? null : child.text();
    }

    /** What the user can do about it. */
    static StanzaError inWords(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        return cause instanceof AccountException
                ? StanzaError.of(Condition.NOT_ACCEPTABLE, String.valueOf(cause.getMessage()))
                : new StanzaError(
                        StanzaError.Type.WAIT,
                        Condition.INTERNAL_SERVER_ERROR,
                        "the cluster did not answer; nothing is certain, try again",
                        null);
    }

    static Stanza refusal(Iq request, StanzaError error) {
        Stanza refusal = error.error(request);
        if (refusal == null) {
            throw new IllegalArgumentException("only requests are refused");
        }
        return refusal;
    }

    /** Accounts that strangers make. */
    private static final class NewAccounts {
        private final FeatureSite site;
        private final RegistrationRate rate;

        private NewAccounts(FeatureSite site) {
            this.site = site;
            this.rate = new RegistrationRate(site.timers());
        }

        private CompletionStage<Stanza> answer(String domain, Iq request, InetAddress peer) {
            Element query = request.child("query", NAMESPACE);
            if (query == null || request.type() == Iq.Type.GET) {
                return done(request.result(Element.of("query", NAMESPACE)
                        .child("instructions", "Choose a name and a password.")
                        .child("username")
                        .child("password")
                        .build()));
            }
            String username = text(query, "username");
            String password = text(query, "password");
            if (username == null || password == null) {
                return done(refusal(
                        request, StanzaError.of(Condition.NOT_ACCEPTABLE, "username and password are both wanted")));
            }
            String jid;
            try {
                jid = Prepared.bareJid(username + "@" + domain);
            } catch (IllegalArgumentException illegal) {
                return done(refusal(
                        request, StanzaError.of(Condition.NOT_ACCEPTABLE, String.valueOf(illegal.getMessage()))));
            }
            if (site.accounts().exists(jid)) {
                return done(refusal(request, StanzaError.of(Condition.CONFLICT, "this name is taken")));
            }
            if (!rate.allows(peer)) {
                site.registry()
                        .counter("xmpp.registration.refused", "why", "rate")
                        .increment();
                return done(refusal(
                        request,
                        StanzaError.of(
                                Condition.RESOURCE_CONSTRAINT,
                                "too many accounts were made from your address; try again in an hour")));
            }
            return site.accounts()
                    .add(jid, password, false)
                    .<Stanza>thenApply(account -> request.result())
                    .exceptionally(failed -> refusal(request, inWords(failed)));
        }

        private static CompletionStage<Stanza> done(Stanza answer) {
            return CompletableFuture.completedFuture(answer);
        }
    }
}
