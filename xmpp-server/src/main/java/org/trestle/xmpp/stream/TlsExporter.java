package org.trestle.xmpp.stream;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Exported keying material (RFC 5705) for the channel binding {@code tls-exporter} (RFC 9266). The Java platform has it from
 * version 25 on, and this program runs on 17 too, so it is asked for by name.
 */
final class TlsExporter {
    static final String TYPE = "tls-exporter";

    private static final String METHOD = "exportKeyingMaterialData";
    private static final String LABEL = "EXPORTER-Channel-Binding";
    private static final int OCTETS = 32;
    private static final @Nullable Method EXPORT = find();

    /** Kinds of sessions that do more than inherit a method that refuses. */
    private static final ClassValue<Boolean> EXPORTING = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> kind) {
            for (Class<?> each = kind; each != null && each != ExtendedSSLSession.class; each = each.getSuperclass()) {
                for (Method method : each.getDeclaredMethods()) {
                    if (method.getName().equals(METHOD)) {
                        return true;
                    }
                }
            }
            return false;
        }
    };

    private TlsExporter() {}

    /** Whether this Java platform has the method at all. */
    static boolean available() {
        return EXPORT != null;
    }

    /** Whether the session gives it out. With TLS 1.2 that depends on an extension that a session does not tell of. */
    static boolean offeredBy(SSLSession session) {
        return EXPORT != null
                && session instanceof ExtendedSSLSession
                && session.getProtocol().equals("TLSv1.3")
                && EXPORTING.get(session.getClass());
    }

    static byte @Nullable [] data(SSLSession session) {
        if (EXPORT == null || !offeredBy(session)) {
            return null;
        }
        try {
            return (byte[]) EXPORT.invoke(session, LABEL, new byte[0], OCTETS);
        } catch (IllegalAccessException | InvocationTargetException notGiven) {
            return null;
        }
    }

    private static @Nullable Method find() {
        try {
            return ExtendedSSLSession.class.getMethod(METHOD, String.class, byte[].class, int.class);
        } catch (NoSuchMethodException olderPlatform) {
            return null;
        }
    }
}
