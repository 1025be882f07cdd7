import AuthzCore
import AuthzEngine

extension CaseResult {
    /// Writes the result. Beside the members that are always there: `variant` of a case that lists made, `differences` of one
    /// that failed, `hints` at their cause, `slips` of one whose request probably has some, `remark` of one that was skipped or could not be decided.
    /// Only decisions may hold the signature of a token.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("suite", SignatureMask.hidingSignatures(in: suite))
        json.member("name", SignatureMask.hidingSignatures(in: name))
        if !variant.isEmpty { json.member("variant", SignatureMask.hidingSignatures(in: variant)) }
        json.member("status", status.rawValue)
        json.name("expected")
        if let expected { expected.write(to: &json) } else { json.null() }
        json.name("actual")
        if let actual { actual.write(to: &json) } else { json.null() }
        UnmetExpectation.writeMembers(differences, hints, to: &json)
        if !slips.isEmpty {
            json.name("slips")
            json.beginArray()
            for slip in slips { slip.write(to: &json) }
            json.endArray()
        }
        if differences.isEmpty, !complaint.isEmpty {
            json.member("remark", SignatureMask.hidingSignatures(in: complaint.joined(separator: "; ")))
        }
        json.endObject()
    }
}
