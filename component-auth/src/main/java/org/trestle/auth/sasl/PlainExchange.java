package org.trestle.auth.sasl;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.attempts.Attempts;
import org.trestle.auth.prep.Prepared;
import org.trestle.auth.scram.PasswordCheck;
import org.trestle.auth.scram.PasswordCheck.Verdict;

/** PLAIN (RFC 4616). The password goes through the same derivation whether the account exists or not. */
final class PlainExchange implements SaslExchange {
    private static final Logger LOG = LoggerFactory.getLogger(PlainExchange.class);

    private final String domain;
    private final PasswordCheck check;
    private final Attempts.Try attempt;
    private boolean asked;
    private boolean over;

    PlainExchange(String domain, PasswordCheck check, Attempts.Try attempt) {
        this.domain = domain;
        this.check = check;
        this.attempt = attempt;
    }

    @Override
    public CompletionStage<SaslStep> respond(byte[] response) {
        if (over) {
            return failed("malformed-request", "this exchange is over; begin a new one");
        }
        if (response.length == 0 && !asked) {
            asked = true;
            return CompletableFuture.completedFuture(new SaslStep.Challenge(new byte[0]));
        }
        over = true;
        PlainMessage message = PlainMessage.parse(response);
        return message == null ? failed("malformed-request", "that is no message of PLAIN") : verify(message);
    }

    private CompletionStage<SaslStep> verify(PlainMessage message) {
        String username;
        String password;
        try {
            username = Prepared.username(message.username());
            password = Prepared.password(message.password());
        } catch (IllegalArgumentException notValid) {
            return failed("malformed-request", String.valueOf(notValid.getMessage()));
        }
        if (!message.authzid().isEmpty() && !Prepared.isBareJid(message.authzid(), username + "@" + domain)) {
            return failed("invalid-authzid", "this server lets nobody act as somebody else");
        }
        if (!attempt.take(username + "@" + domain)) {
            return CompletableFuture.completedFuture(SaslStep.Failure.tooMany());
        }
        return check.check(username + "@" + domain, password)
                .handle((verdict, failure) -> outcome(username, verdict, failure));
    }

    private SaslStep outcome(String username, @Nullable Verdict verdict, @Nullable Throwable failure) {
        if (verdict == null) {
            attempt.undone();
            LOG.debug("cannot check a password now", failure);
            return new SaslStep.Failure("temporary-auth-failure", "the server is busy; try again in a moment");
        }
        if (verdict == Verdict.WRONG) {
            attempt.wrong();
        } else {
            attempt.right();
        }
        return switch (verdict) {
            case RIGHT -> new SaslStep.Success(new byte[0], username);
            case WRONG -> new SaslStep.Failure("not-authorized", "the user name or the password is wrong");
            case DISABLED -> new SaslStep.Failure("account-disabled", "this account is disabled");
            case EXPIRED -> new SaslStep.Failure("credentials-expired", "the time of this account is over");
        };
    }

    private static CompletionStage<SaslStep> failed(String condition, String text) {
        return CompletableFuture.completedFuture(new SaslStep.Failure(condition, text));
    }
}
