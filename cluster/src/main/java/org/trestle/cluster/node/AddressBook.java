package org.trestle.cluster.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.membership.Hello;
import org.trestle.cluster.membership.Rows;
import org.trestle.cluster.state.ClusterState;
import org.trestle.cluster.state.MemberRecord;

/**
 * Names and addresses of the members. Who is a member is the log's word alone; what a member is called, and where it is,
 * is what it said when it was admitted or when it moved, until it has said so in the log; else what the log has; else what
 * the file beside the log has.
 */
final class AddressBook {
    private final NodeId self;
    private final ClusterState state;
    private final Tables tables;
    private final Map<NodeId, Hello.Member> filed = new HashMap<>();

    AddressBook(NodeId self, ClusterState state, Tables tables, List<Hello.Member> filed) {
        this.self = self;
        this.state = state;
        this.tables = tables;
        filed.forEach(member -> this.filed.put(member.id(), member));
    }

    /** What is known of a node; null when nothing is. */
    Hello.@Nullable Member find(NodeId node) {
        for (Rows.Joining joining : Rows.joining(tables)) {
            if (joining.id().equals(node)) {
                return new Hello.Member(node, joining.name(), joining.cluster(), joining.client());
            }
        }
        MemberRecord record = state.member(node);
        if (record != null) {
            return new Hello.Member(node, record.name(), record.cluster(), record.client());
        }
        return filed.get(node);
    }

    /** Those to talk to and to listen to: the members, those on their way in, and, until this node votes, its seeds. */
    List<Hello.Member> contacts(LogStatus status) {
        Set<NodeId> ids = new LinkedHashSet<>();
        boolean votes = false;
        for (LogStatus.Member member : status.members()) {
            ids.add(member.id());
            votes |= member.voting() && member.id().equals(self);
        }
        if (!votes) {
            ids.addAll(filed.keySet());
        }
        Rows.joining(tables).forEach(joining -> ids.add(joining.id()));
        List<Hello.Member> contacts = new ArrayList<>();
        for (NodeId id : ids) {
            Hello.Member member = find(id);
            if (member != null) {
                contacts.add(member);
            }
        }
        return contacts;
    }

    /** The contacts as the transport wants them. */
    Map<NodeId, NodeAddress> addresses(List<Hello.Member> contacts) {
        Map<NodeId, NodeAddress> book = new LinkedHashMap<>();
        for (Hello.Member member : contacts) {
            if (!member.id().equals(self)) {
                book.put(member.id(), member.cluster());
            }
        }
        return book;
    }
}
