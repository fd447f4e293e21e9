package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.Role;

/**
 * {@code xmpp cluster status}: first the lines of the older product, which scripts read, then what they lack. On a node
 * that has lost the cluster: what it last knew, with the age of that.
 */
record ClusterStatusAnswer(ClusterStatus status) implements Answer {

    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("State: ").append(state()).append('\n');
        text.append("List of peers\n");
        for (ClusterStatus.Peer peer : status.peers()) {
            text.append(peer.client()).append(leads(peer) ? " (Leader)\n" : "\n");
        }
        text.append("\nQuorum: ").append(quorum()).append('\n');
        text.append("Term: ").append(status.term()).append('\n');
        Duration since = status.sinceLeaderChange();
        if (status.leader() == null) {
            text.append("Leader: none known\n");
        } else if (since != null) {
            text.append("Leader since: ").append(Ages.words(since)).append('\n');
        }
        if (status.lastLeaderChange() != null) {
            text.append("Last leader change: ")
                    .append(status.lastLeaderChange().truncatedTo(ChronoUnit.SECONDS))
                    .append('\n');
        }
        text.append(lost() ? "Nodes, as last known:\n" : "Nodes:\n");
        nodes(text);
        advice(text);
        if (status.notice() != null) {
            text.append("Notice: ").append(status.notice()).append('\n');
        }
        return text.toString();
    }

    private void nodes(StringBuilder text) {
        int width = status.peers().stream()
                .mapToInt(peer -> peer.name().length())
                .max()
                .orElse(0);
        for (ClusterStatus.Peer peer : status.peers()) {
            text.append("  ")
                    .append(peer.name())
                    .append(" ".repeat(width - peer.name().length() + 2))
                    .append(peer.id())
                    .append("  ")
                    .append(condition(peer))
                    .append('\n');
        }
    }

    private void advice(StringBuilder text) {
        if (lost()) {
            text.append("This node has lost the majority of its cluster and serves nobody. It goes on by itself ");
            if (status.mayLose() >= 0) {
                text.append("as soon as a leader is elected.\n");
                return;
            }
            long missing = -status.mayLose();
            text.append(missing == 1 ? "when one more node is" : "when " + missing + " more nodes are")
                    .append(" up; look whether they run, and whether port ")
                    .append(status.peers().stream()
                            .findFirst()
                            .map(peer -> peer.cluster().port())
                            .orElse(5290))
                    .append(" gets through to them.\n");
        } else if (!status.clustered()) {
            text.append("This node is in no cluster: \"xmpp cluster initialize\" makes it the first node of one, ")
                    .append("\"xmpp cluster join\" adds it to one.\n");
        }
    }

    private boolean lost() {
        return status.role() == Role.NO_QUORUM;
    }

    private String state() {
        return switch (status.role()) {
            case LEADER -> status.clustered() ? "LEADER" : "STANDALONE";
            case FOLLOWER -> "FOLLOWER";
            case CANDIDATE -> "CANDIDATE";
            case NO_QUORUM -> "NO QUORUM";
            case JOINING -> "JOINING";
        };
    }

    private String quorum() {
        String up = status.votersUp() + " of " + status.voters() + " up; ";
        if (status.mayLose() < 0) {
            return up + "needs " + -status.mayLose() + " more";
        }
        return up + (lost() ? "no leader yet" : "may lose " + status.mayLose() + " more");
    }

    private boolean leads(ClusterStatus.Peer peer) {
        return peer.id().equals(status.leader());
    }

    private String role(ClusterStatus.Peer peer) {
        if (!peer.voting()) {
            return "joining";
        }
        if (leads(peer)) {
            return "leader";
        }
        return status.clustered() ? "follower" : "alone";
    }

    private String condition(ClusterStatus.Peer peer) {
        Duration heard = peer.lastHeard();
        if (peer.id().equals(status.self())) {
            return (lost() ? "no quorum" : role(peer)) + ", this node";
        }
        String age = heard == null ? "never heard" : "heard " + Ages.words(heard) + " ago";
        if (!peer.up()) {
            return "DOWN, " + age;
        }
        return (lost() ? "up, " : role(peer) + ", up, ") + age;
    }

    @Override
    public void json(JsonGenerator json) throws IOException {
        json.writeStringField("state", state());
        json.writeBooleanField("clustered", status.clustered());
        json.writeStringField("self", status.self().value());
        string(json, "leader", status.leader());
        json.writeNumberField("term", status.term());
        millis(json, "sinceLeaderChangeMillis", status.sinceLeaderChange());
        string(json, "lastLeaderChange", status.lastLeaderChange());
        json.writeNumberField("commitIndex", status.commitIndex());
        json.writeObjectFieldStart("quorum");
        json.writeNumberField("up", status.votersUp());
        json.writeNumberField("voters", status.voters());
        json.writeNumberField("mayLose", status.mayLose());
        json.writeStringField("words", quorum());
        json.writeEndObject();
        string(json, "notice", status.notice());
        json.writeArrayFieldStart("peers");
        for (ClusterStatus.Peer peer : status.peers()) {
            json.writeStartObject();
            json.writeStringField("id", peer.id().value());
            json.writeStringField("name", peer.name());
            json.writeStringField("client", peer.client().toString());
            json.writeStringField("cluster", peer.cluster().toString());
            json.writeBooleanField("leader", leads(peer));
            json.writeBooleanField("voting", peer.voting());
            json.writeBooleanField("up", peer.up());
            millis(json, "lastHeardMillis", peer.lastHeard());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void string(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value.toString());
        }
    }

    private static void millis(JsonGenerator json, String name, @Nullable Duration value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value.toMillis());
        }
    }
}
