import AuthzCore

/// What istiod has written into `status` of a policy. Nobody writes it by hand, so nothing in it is an error.
enum PolicyStatus {
    /// The conditions that say that a ztunnel or waypoint has not accepted the policy, or a part of it (`istioctl analyze`, IST0171).
    static func refusals(in status: DocumentNode) -> [Located<String>] {
        guard case .sequence(let conditions, _)? = status["conditions"] else { return [] }
        return conditions.compactMap { condition in
            guard let type = condition.text("type"), ["ZtunnelAccepted", "WaypointAccepted"].contains(type) else {
                return nil
            }
            let isPartial = type == "WaypointAccepted" && condition.text("reason") == "PartiallyInvalid"
            guard condition.text("status") == "False" || isPartial else { return nil }
            return Located(isPartial ? "\(type) (PartiallyInvalid)" : type, at: condition.location)
        }
    }
}

extension DocumentNode {
    fileprivate func text(_ field: String) -> String? {
        if case .scalar(let scalar)? = self[field] { scalar.text } else { nil }
    }
}
