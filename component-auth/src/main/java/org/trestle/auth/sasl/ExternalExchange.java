package org.trestle.auth.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.prep.Prepared;
import org.trestle.auth.scram.Credentials;

/** EXTERNAL (RFC 4422 appendix A) by the client's certificate, with the rules of XEP-0178 section 2. */
final class ExternalExchange implements SaslExchange {
    private final List<String> accounts;
    private final Credentials credentials;
    private final @Nullable Instant until;
    private boolean over;

    /**
     * @param accounts that the certificate stands for, bare Jids of the stream's domain; at least one
     * @param until when the certificate expires, null when that is not known
     */
    ExternalExchange(List<String> accounts, Credentials credentials, @Nullable Instant until) {
        this.accounts = accounts;
        this.credentials = credentials;
        this.until = until;
    }

    @Override
    public CompletionStage<SaslStep> begin() {
        return CompletableFuture.completedFuture(new SaslStep.Challenge(new byte[0]));
    }

    @Override
    public CompletionStage<SaslStep> respond(byte[] response) {
        SaslStep step = over ? failure("malformed-request", "this exchange is over; begin a new one") : step(response);
        over = true;
        return CompletableFuture.completedFuture(step);
    }

    private SaslStep step(byte[] response) {
        List<String> existing = accounts.stream().filter(this::exists).toList();
        if (response.length > 0) {
            String wanted = jid(response);
            if (wanted == null || !accounts.contains(wanted)) {
                return failure("invalid-authzid", "the certificate does not stand for that account");
            }
            existing = existing.stream().filter(wanted::equals).toList();
        }
        if (existing.isEmpty()) {
            SaslStep barred = accounts.size() == 1 ? barred(accounts.get(0)) : null;
            return barred != null
                    ? barred
                    : failure("not-authorized", "the certificate stands for no account of this domain");
        }
        if (existing.size() > 1) {
            return failure("invalid-authzid", "the certificate stands for several accounts; say for which");
        }
        String jid = existing.get(0);
        return new SaslStep.Success(new byte[0], jid.substring(0, jid.indexOf('@')), until);
    }

    private boolean exists(String jid) {
        try {
            return credentials.keys(jid) != null;
        } catch (IllegalStateException unreadable) {
            return false;
        }
    }

    private @Nullable SaslStep barred(String jid) {
        Credentials.Closed closed;
        try {
            closed = credentials.closed(jid);
        } catch (IllegalStateException unreadable) {
            return null;
        }
        if (closed == null) {
            return null;
        }
        return closed.bar() == Credentials.Bar.DISABLED
                ? failure("account-disabled", "this account is disabled")
                : failure("credentials-expired", "the time of this account is over");
    }

    private static @Nullable String jid(byte[] authzid) {
        try {
            return Prepared.bareJid(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(authzid))
                    .toString());
        } catch (CharacterCodingException | IllegalArgumentException notAJid) {
            return null;
        }
    }

    private static SaslStep failure(String condition, String text) {
        return new SaslStep.Failure(condition, text);
    }
}
