import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzToken

/// The answer of `/policies`: what is in force, without what is secret. Of keys it says where they come from and how many there
/// are (SR-37).
enum PolicyListing {
    static func write(_ snapshot: ServedSnapshot, to writer: inout JSONWriter) {
        let point = snapshot.point
        let policySet = point.policySet
        writer.beginObject()
        writer.member("policySet", policySet.digest)
        writer.member("generation", point.generation)
        writer.member("profile", policySet.options.profile.rawValue)
        writer.member("workloads", policySet.workloadCount)
        writer.member("defaultWorkload", snapshot.defaultWorkload?.displayName)
        writer.name("policies")
        writer.beginArray()
        for entry in policySet.entries { write(entry, to: &writer) }
        writer.endArray()
        writer.name("keySources")
        writer.beginArray()
        for index in policySet.keySources.indices { writeKeySource(index, of: snapshot, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ entry: PolicySet.Entry, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", entry.reference.kind.rawValue)
        writer.member("namespace", entry.reference.namespace)
        writer.member("name", entry.reference.name)
        writer.member("location", entry.reference.location.description)
        if let action = entry.action {
            writer.member("action", action)
            writer.member("dryRun", entry.isDryRun)
        }
        if entry.reference.kind != .peerAuthentication { writer.member("rules", entry.ruleCount) }
        writer.endObject()
    }

    private static func writeKeySource(_ index: Int, of snapshot: ServedSnapshot, to writer: inout JSONWriter) {
        let policySet = snapshot.point.policySet
        writer.beginObject()
        switch snapshot.keySourceNames[index] {
        case nil: writer.member("kind", "inline")
        case .file(let path):
            writer.member("kind", KeySourceStatus.Kind.file.rawValue)
            writer.member("source", path)
        case .remote(let location, _, _):
            let status = KeySourceStatus(location: location)
            writer.member("kind", status.kind.rawValue)
            writer.member("source", status.name)
        }
        writer.member("issuer", RedactedURL.text(of: policySet.issuer(ofKeySource: index)))
        writer.member("location", policySet.location(ofKeySource: index)?.description)
        writer.name("keys")
        if let keySet = snapshot.point.keySets[index] { writer.integer(keySet.keys.count) } else { writer.null() }
        writer.endObject()
    }
}
