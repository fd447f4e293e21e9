package org.trestle.xmpp.stream;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts the bytes of all arrays and texts that an object's tokenizer keeps, however deep they are. */
final class Footprint {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> open = new ArrayDeque<>();
    private long bytes;

    private Footprint() {}

    static long of(StreamHandler handler) {
        try {
            Field inflow = StreamHandler.class.getDeclaredField("inflow");
            inflow.setAccessible(true);
            Field tokenizer = Inflow.class.getDeclaredField("tokenizer");
            tokenizer.setAccessible(true);
            Footprint footprint = new Footprint();
            footprint.add(tokenizer.get(inflow.get(handler)));
            return footprint.count();
        } catch (ReflectiveOperationException otherName) {
            throw new IllegalStateException("the stream's tokenizer has another name now", otherName);
        }
    }

    private long count() throws IllegalAccessException {
        while (!open.isEmpty()) {
            Object next = open.pop();
            if (next.getClass().isArray()) {
                array(next);
            } else if (next instanceof CharSequence text) {
                bytes += 2L * text.length();
            } else if (next instanceof Collection<?> many) {
                many.forEach(this::add);
                bytes += 8L * many.size();
            } else if (next.getClass().getName().startsWith("org.trestle.xmpp.xml.")) {
                fields(next);
            }
        }
        return bytes;
    }

    private void array(Object array) {
        int length = Array.getLength(array);
        Class<?> of = array.getClass().getComponentType();
        if (of.isPrimitive()) {
            bytes += (long) length * (of == byte.class || of == boolean.class ? 1 : of == long.class ? 8 : 4);
            return;
        }
        bytes += 8L * length;
        for (int i = 0; i < length; i++) {
            add(Array.get(array, i));
        }
    }

    private void fields(Object owner) throws IllegalAccessException {
        for (Field field : owner.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                field.setAccessible(true);
                add(field.get(owner));
            }
        }
    }

    private void add(@Nullable Object found) {
        if (found != null && seen.add(found)) {
            open.push(found);
        }
    }
}
