package org.trestle.deploy.bench.xmpp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in what a client reads who has become available; on the load's one thread. */
final class PresenceScan implements Consumer<ByteBuf> {
    private static final String START = "<presence";
    private static final Pattern FROM = Pattern.compile("\\sfrom=['\"]([^@'\"/]*)@");
    private static final Pattern TYPE = Pattern.compile("\\stype=['\"]");

    private final Consumer<String> available;
    private final StringBuilder rest = new StringBuilder();

    /** {@code available} is told the local part of each that is. */
    PresenceScan(Consumer<String> available) {
        this.available = available;
    }

    @Override
    public void accept(ByteBuf in) {
        rest.append(in.toString(StandardCharsets.ISO_8859_1));
        int at = 0;
        while (true) {
            int start = rest.indexOf(START, at);
            int end = start < 0 ? -1 : rest.indexOf(">", start);
            if (end < 0) {
                rest.delete(0, start >= 0 ? start : Math.max(at, rest.length() - START.length()));
                return;
            }
            String tag = rest.substring(start, end);
            Matcher from = FROM.matcher(tag);
            if (from.find() && !TYPE.matcher(tag).find()) {
                available.accept(from.group(1));
            }
            at = end;
        }
    }
}
