package org.trestle.xmpp.stream;

import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.sasl.SaslExchange;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.auth.sasl.SaslOffer;
import org.trestle.auth.sasl.SaslStep;
import org.trestle.xmpp.stream.StreamCounters.Event;
import org.trestle.xmpp.stream.StreamError.Condition;
import org.trestle.xmpp.xml.Attribute;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.Token;

/** The SASL negotiation of one stream (RFC 6120 6): frames the exchanges, and counts the attempts. */
final class Sasl {
    private static final byte[] NONE = new byte[0];

    private final StreamHandler stream;
    private final int maxAttempts;
    private final Consumer<SaslStep.Success> done;

    private @Nullable SaslExchange exchange;
    private int failures;

    /** @param done told when the peer has authenticated */
    Sasl(StreamHandler stream, int maxAttempts, Consumer<SaslStep.Success> done) {
        this.stream = stream;
        this.maxAttempts = maxAttempts;
        this.done = done;
    }

    /** The stream features of an offer: the mechanisms, and the types of channel binding (XEP-0440) when there are any. */
    static List<Element> features(SaslOffer offer) {
        Element.Builder mechanisms = Element.of("mechanisms", Namespaces.SASL);
        offer.mechanisms().forEach(name -> mechanisms.child("mechanism", name));
        if (offer.bindingTypes().isEmpty()) {
            return List.of(mechanisms.build());
        }
        Element.Builder bindings = Element.of("sasl-channel-binding", Namespaces.CHANNEL_BINDING);
        for (String type : offer.bindingTypes()) {
            bindings.child(Element.of("channel-binding", Namespaces.CHANNEL_BINDING)
                    .attribute("type", type)
                    .build());
        }
        return List.of(mechanisms.build(), bindings.build());
    }

    void child(Token.Child child, SaslMechanisms mechanisms, SaslOffer offer) {
        Element element = child.element();
        switch (element.name()) {
            case "auth" -> auth(element, mechanisms, offer);
            case "response" -> respond(element, exchange);
            case "abort" -> refuse("aborted", "as you wish");
            default -> refuse("malformed-request", "only auth, response and abort are understood here");
        }
    }

    private void auth(Element element, SaslMechanisms mechanisms, SaslOffer offer) {
        String mechanism = element.attribute("mechanism");
        if (exchange != null) {
            refuse("malformed-request", "an exchange is going on already");
        } else if (mechanism == null) {
            refuse("invalid-mechanism", "the attribute 'mechanism' is missing");
        } else {
            SaslExchange started = mechanisms.start(mechanism, offer);
            if (started == null) {
                refuse("invalid-mechanism", "this mechanism is not offered here");
            } else {
                exchange = started;
                open(element, started);
            }
        }
    }

    /** No initial response and one of no length, {@code =}, are two things (RFC 6120 6.4.2). */
    private void open(Element element, SaslExchange started) {
        if (element.text().isEmpty() && element.firstChild() == null) {
            stream.await(started.begin(), (step, failure) -> step(step));
        } else {
            respond(element, started);
        }
    }

    private void respond(Element element, @Nullable SaslExchange exchange) {
        if (exchange == null) {
            refuse("malformed-request", "no exchange is going on");
        } else if (element.firstChild() != null) {
            refuse("malformed-request", "there is an element where base64 belongs");
        } else {
            byte[] response = decode(element.text());
            if (response == null) {
                refuse("incorrect-encoding", "this is not base64");
            } else {
                stream.await(exchange.respond(response), (step, failure) -> step(step));
            }
        }
    }

    /** Strict (RFC 6120 6.4.2): no white space, and a single {@code =} for data of no length. */
    private static byte @Nullable [] decode(String text) {
        if (text.isEmpty() || text.equals("=")) {
            return NONE;
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private void step(@Nullable SaslStep step) {
        if (!stream.isOpen()) {
            return;
        }
        if (step instanceof SaslStep.Challenge challenge) {
            String data =
                    challenge.data().length == 0 ? "=" : Base64.getEncoder().encodeToString(challenge.data());
            stream.say("<challenge xmlns='" + Namespaces.SASL + "'>" + data + "</challenge>");
        } else if (step instanceof SaslStep.Success success) {
            exchange = null;
            String data = Base64.getEncoder().encodeToString(success.data());
            String start = "<success xmlns='" + Namespaces.SASL + "'";
            stream.say(data.isEmpty() ? start + "/>" : start + ">" + data + "</success>");
            done.accept(success);
        } else if (step instanceof SaslStep.Failure failure) {
            refuse(failure.condition(), failure.text());
            if (failure.last()) {
                stream.close(StreamError.of(Condition.POLICY_VIOLATION, failure.text()));
            }
        } else {
            refuse("temporary-auth-failure", "the server could not check this now; try again later");
        }
    }

    /**
     * TLS is all that was offered (RFC 6120 6.5.4). Whoever tries again all the same does not support it, and there is nothing
     * else to go on with (4.9.3.23).
     */
    void refuseWithoutTls() {
        refuse(
                "encryption-required",
                "start TLS first",
                StreamError.of(Condition.UNSUPPORTED_FEATURE, "this stream can only go on with STARTTLS"));
    }

    private void refuse(String condition, String text) {
        refuse(
                condition,
                text,
                StreamError.of(
                        Condition.POLICY_VIOLATION,
                        maxAttempts + " attempts to authenticate have failed; connect again"));
    }

    /** Ends the attempt; one too many of them ends the stream (RFC 6120 6.4.5). */
    private void refuse(String condition, String text, StreamError last) {
        exchange = null;
        failures++;
        stream.count(Event.AUTHENTICATION_FAILED);
        Element failure = Element.of("failure", Namespaces.SASL)
                .child(condition)
                .child(Element.of("text", Namespaces.SASL)
                        .attribute(new Attribute(Namespaces.XML, "lang", "en"))
                        .text(text)
                        .build())
                .build();
        stream.say(failure.toString());
        if (failures >= maxAttempts) {
            stream.close(last);
        }
    }
}
