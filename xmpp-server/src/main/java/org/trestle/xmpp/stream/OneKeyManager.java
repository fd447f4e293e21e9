package org.trestle.xmpp.stream;

import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.X509ExtendedKeyManager;

/** A key manager in the shape of a factory. */
final class OneKeyManager extends KeyManagerFactory {

    OneKeyManager(X509ExtendedKeyManager keys) {
        super(new Spi(keys), null, "one");
    }

    private static final class Spi extends KeyManagerFactorySpi {
        private final X509ExtendedKeyManager keys;

        private Spi(X509ExtendedKeyManager keys) {
            this.keys = keys;
        }

        @Override
        protected void engineInit(KeyStore store, char[] password) {}

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {}

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {keys};
        }
    }
}
