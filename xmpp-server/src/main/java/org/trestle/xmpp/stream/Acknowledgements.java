package org.trestle.xmpp.stream;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.StreamError.Condition;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.StartTag;
import org.trestle.xmpp.xml.XmlWriter;

/** The elements of stream management (XEP-0198) on one stream: read, judged by {@link StreamManagement}, and written. */
final class Acknowledgements {
    private static final String REQUEST = "<r xmlns='" + Namespaces.STREAM_MANAGEMENT + "'/>";

    /** The longest identifier of a stream that is looked at, in characters. */
    private static final int LONGEST_ID = 4_000;

    private final StreamHandler stream;

    Acknowledgements(StreamHandler stream) {
        this.stream = stream;
    }

    /** What a client asks for with {@code <resume/>}. */
    record Resume(String id, int handled) {}

    static boolean isOne(StartTag tag) {
        return tag.namespace().equals(Namespaces.STREAM_MANAGEMENT);
    }

    /** Asks for an acknowledgement. */
    void request() {
        stream.say(REQUEST);
    }

    /** XEP-0198 3: what has no place here and now. */
    void failed(StanzaError.Condition condition, @Nullable Integer handled) {
        say(Element.of("failed", Namespaces.STREAM_MANAGEMENT)
                .attribute("h", handled == null ? null : Integer.toUnsignedString(handled))
                .child(Element.of(condition.elementName(), Namespaces.STANZA_ERRORS)
                        .build()));
    }

    /** An element on a stream that has a resource. */
    void bound(StartTag tag, @Nullable StreamManagement management) {
        if (management == null) {
            failed(StanzaError.Condition.FEATURE_NOT_IMPLEMENTED, null);
            return;
        }
        switch (tag.name()) {
            case "r" -> requested(management);
            case "a" -> acknowledged(tag, management);
            case "enable" -> enable(tag, management);
            default -> failed(StanzaError.Condition.UNEXPECTED_REQUEST, null);
        }
    }

    private void requested(StreamManagement management) {
        if (management.isEnabled()) {
            say(Element.of("a", Namespaces.STREAM_MANAGEMENT)
                    .attribute("h", Integer.toUnsignedString(management.handled())));
        } else {
            failed(StanzaError.Condition.UNEXPECTED_REQUEST, null);
        }
    }

    private void acknowledged(StartTag tag, StreamManagement management) {
        Integer count = count(tag);
        if (!management.isEnabled()) {
            failed(StanzaError.Condition.UNEXPECTED_REQUEST, null);
        } else if (count == null) {
            stream.close(StreamError.of(Condition.INVALID_XML, "the attribute 'h' is to be a number"));
        } else {
            StreamError error = management.acknowledged(count);
            if (error != null) {
                stream.close(error);
            }
        }
    }

    /** XEP-0198 3: at most once on a stream. */
    private void enable(StartTag tag, StreamManagement management) {
        StreamManagement.Enabled enabled = management.enable(isTrue(tag.attribute("resume")), seconds(tag));
        if (enabled == null) {
            failed(StanzaError.Condition.UNEXPECTED_REQUEST, null);
            stream.close(StreamError.of(Condition.POLICY_VIOLATION, "stream management is enabled already"));
            return;
        }
        Element.Builder answer = Element.of("enabled", Namespaces.STREAM_MANAGEMENT);
        if (enabled.id() != null) {
            answer.attribute("id", enabled.id())
                    .attribute("resume", "true")
                    .attribute("max", Integer.toString(enabled.seconds()));
        }
        say(answer);
    }

    /** What is asked for, or null when it makes no sense, which is answered. */
    @Nullable
    Resume resume(StartTag tag) {
        String id = tag.attribute("previd");
        Integer handled = count(tag);
        if (id == null || id.length() > LONGEST_ID || handled == null) {
            failed(StanzaError.Condition.BAD_REQUEST, null);
            return null;
        }
        return new Resume(id, handled);
    }

    void resumed(String id, int handled) {
        say(Element.of("resumed", Namespaces.STREAM_MANAGEMENT)
                .attribute("previd", id)
                .attribute("h", Integer.toUnsignedString(handled)));
    }

    private void say(Element.Builder element) {
        stream.say(XmlWriter.text(element.build(), Namespaces.CLIENT));
    }

    private static boolean isTrue(@Nullable String value) {
        return "true".equals(value) || "1".equals(value);
    }

    /** The client's longest time to resume; 0 when it says none. */
    private static int seconds(StartTag tag) {
        String max = tag.attribute("max");
        try {
            return max == null ? 0 : Math.max(0, Integer.parseInt(max));
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private static @Nullable Integer count(StartTag tag) {
        String text = tag.attribute("h");
        try {
            return text == null ? null : Integer.parseUnsignedInt(text);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }
}
