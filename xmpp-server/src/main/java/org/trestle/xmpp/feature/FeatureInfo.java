package org.trestle.xmpp.feature;

/**
 * What a feature implements.
 *
 * @param number as people cite it, such as {@code XEP-0199}
 * @param title of that document
 * @param version of that document
 */
public record FeatureInfo(String number, String title, String version) {}
