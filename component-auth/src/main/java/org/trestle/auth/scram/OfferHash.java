package org.trestle.auth.scram;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;

/** The hash of what a client was offered (XEP-0474 section 5.1), so that a list that was changed on the way is noticed. */
final class OfferHash {
    private static final String BETWEEN_NAMES = "\u001e";
    private static final String BETWEEN_LISTS = "\u001f";

    private OfferHash() {}

    /** In base64. Names are ASCII, so their order as characters is that of their octets. */
    static String of(ScramHash hash, Collection<String> mechanisms, Collection<String> bindingTypes) {
        String text = sorted(mechanisms);
        if (!bindingTypes.isEmpty()) {
            text += BETWEEN_LISTS + sorted(bindingTypes);
        }
        return Base64.getEncoder().encodeToString(hash.hash(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String sorted(Collection<String> names) {
        return String.join(BETWEEN_NAMES, names.stream().sorted().toList());
    }
}
