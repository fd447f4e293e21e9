package org.trestle.auth.sasl;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.attempts.Attempts;
import org.trestle.auth.cert.ClientCertificates;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.auth.scram.Credentials;
import org.trestle.auth.scram.Decoys;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.auth.scram.PasswordCheck;
import org.trestle.auth.scram.ScramHash;
import org.trestle.auth.scram.ScramServer;

/** The mechanisms that check a person's account: EXTERNAL, SCRAM with and without channel binding, and PLAIN. */
public final class AccountMechanisms implements SaslMechanisms {
    private static final String EXTERNAL = "EXTERNAL";
    private static final String PLAIN = "PLAIN";
    private static final int NONCE_OCTETS = 24;
    private static final List<ScramHash> STRONGEST_FIRST =
            List.of(ScramHash.SHA_512, ScramHash.SHA_256, ScramHash.SHA_1);

    /**
     * What passwords are checked against.
     *
     * @param credentials the keys of accounts
     * @param derivation makes keys of passwords
     * @param clusterKey makes keys for accounts that do not exist, the same on each node
     */
    public record Keys(Credentials credentials, KeyDerivation derivation, ClusterKey clusterKey) {}

    private final Credentials credentials;
    private final Decoys decoys;
    private final PasswordCheck passwords;
    private final ClientCertificates certificates;
    private final Attempts attempts;
    private final SecureRandom random;

    public AccountMechanisms(Keys keys, ClientCertificates certificates, Attempts attempts, SecureRandom random) {
        this.credentials = keys.credentials();
        this.decoys = new Decoys(keys.clusterKey(), KeyDerivation.ITERATIONS);
        this.passwords = new PasswordCheck(credentials, decoys, keys.derivation());
        this.certificates = certificates;
        this.attempts = attempts;
        this.random = random;
    }

    @Override
    public SaslOffer offer(String domain, SaslChannel channel) {
        List<ScramHash> hashes =
                STRONGEST_FIRST.stream().filter(credentials::offers).toList();
        List<String> certified = certificates.accounts(channel.certificates(), domain);
        List<String> names = new ArrayList<>();
        if (!certified.isEmpty()) {
            names.add(EXTERNAL);
        }
        if (!channel.bindings().types().isEmpty()) {
            hashes.forEach(hash -> names.add(hash.plusMechanism()));
        }
        hashes.forEach(hash -> names.add(hash.mechanism()));
        if (channel.secured() || channel.plainAllowed()) {
            names.add(PLAIN);
        }
        return new SaslOffer(domain, channel, certified, names);
    }

    @Override
    public @Nullable SaslExchange start(String mechanism, SaslOffer offer) {
        if (!offer.mechanisms().contains(mechanism)) {
            return null;
        }
        if (mechanism.equals(EXTERNAL)) {
            return new ExternalExchange(
                    offer.certified(),
                    credentials,
                    certificates.until(offer.channel().certificates()));
        }
        Attempts.Try attempt = attempts.begin(offer.channel().peer());
        if (mechanism.equals(PLAIN)) {
            return new PlainExchange(offer.domain(), passwords, attempt);
        }
        for (ScramHash hash : ScramHash.values()) {
            boolean plus = mechanism.equals(hash.plusMechanism());
            if (plus || mechanism.equals(hash.mechanism())) {
                ScramServer.Terms terms = new ScramServer.Terms(
                        hash, plus, offer.channel().bindings(), offer.mechanisms(), offer.domain(), nonce());
                return new ScramExchange(new ScramServer(terms, credentials, decoys), attempt);
            }
        }
        return null;
    }

    private String nonce() {
        byte[] octets = new byte[NONCE_OCTETS];
        random.nextBytes(octets);
        return Base64.getEncoder().withoutPadding().encodeToString(octets);
    }
}
