package org.trestle.auth.sasl;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.auth.attempts.Attempts;
import org.trestle.auth.scram.ScramReply;
import org.trestle.auth.scram.ScramServer;

/** SCRAM in the shape of SASL: an empty first response asks for the empty challenge. */
final class ScramExchange implements SaslExchange {

    private enum Awaited {
        INITIAL,
        FIRST,
        LAST,
        NOTHING
    }

    private final ScramServer server;
    private final Attempts.Try attempt;
    private Awaited awaited = Awaited.INITIAL;
    private String jid = "";

    ScramExchange(ScramServer server, Attempts.Try attempt) {
        this.server = server;
        this.attempt = attempt;
    }

    @Override
    public CompletionStage<SaslStep> respond(byte[] response) {
        return CompletableFuture.completedFuture(step(response));
    }

    private SaslStep step(byte[] response) {
        if (awaited == Awaited.INITIAL && response.length == 0) {
            awaited = Awaited.FIRST;
            return new SaslStep.Challenge(new byte[0]);
        }
        return switch (awaited) {
            case INITIAL, FIRST -> answer(server.first(response));
            case LAST -> last(response);
            case NOTHING -> new SaslStep.Failure("malformed-request", "this exchange is over; begin a new one");
        };
    }

    /** Only here does a peer learn whether its password is right. */
    private SaslStep last(byte[] response) {
        if (!attempt.take(jid)) {
            awaited = Awaited.NOTHING;
            return SaslStep.Failure.tooMany();
        }
        ScramReply reply = server.last(response);
        if (reply instanceof ScramReply.Proven) {
            attempt.right();
        } else if (reply instanceof ScramReply.Refused refused
                && refused.reason() == ScramReply.Reason.NOT_AUTHORIZED) {
            attempt.wrong();
        } else {
            attempt.undone();
        }
        return answer(reply);
    }

    private SaslStep answer(ScramReply reply) {
        awaited = Awaited.NOTHING;
        if (reply instanceof ScramReply.ServerFirst first) {
            awaited = Awaited.LAST;
            jid = first.jid();
            return new SaslStep.Challenge(first.message());
        }
        if (reply instanceof ScramReply.Proven proven) {
            return new SaslStep.Success(proven.message(), proven.username());
        }
        ScramReply.Refused refused = (ScramReply.Refused) reply;
        return new SaslStep.Failure(condition(refused.reason()), refused.text());
    }

    private static String condition(ScramReply.Reason reason) {
        return switch (reason) {
            case MALFORMED -> "malformed-request";
            case INVALID_AUTHZID -> "invalid-authzid";
            case NOT_AUTHORIZED -> "not-authorized";
            case DISABLED -> "account-disabled";
            case EXPIRED -> "credentials-expired";
            case UNAVAILABLE -> "temporary-auth-failure";
        };
    }
}
