package org.trestle.xmpp.xml;

/** What an element can have in it. */
public sealed interface Node permits Element, Text {}
