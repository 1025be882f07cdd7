import AuthzCore

/// A condition on a header that the request lacks, where the request has one whose name is a slip away and whose value fits.
struct HeaderSlip {
    /// The key that was probably meant; `nil` where it is the request that has the slip.
    var key: String?
    var slip: Slip
}

extension CheckRequest {
    /// The names of its headers that differ from one that it lacks by no more than a slip, or in what joins their words.
    func headerNames(near written: String) -> [String] {
        operation.headers.map { text($0.name) }.uniqued().filter { name in
            name != written
                && (NameSuggestion.isSlip(written, of: name)
                    || name.replacing("_", with: "-") == written.replacing("_", with: "-"))
        }
    }
}

extension Program {
    /// The slip of a condition on a header; `nil` where the request has the header, or none that can be told to be meant by it. Of
    /// several that are near, nobody but the author knows which is.
    func headerSlip(of test: Test, _ request: borrowing CheckRequest) -> HeaderSlip? {
        guard test.attribute == .header else { return nil }
        let written = headerName(of: test)
        let names = request.headerNames(near: written)
        // Identities are no matter of who sends them.
        guard names.count == 1, let near = names.first, near != "x-forwarded-client-cert" else { return nil }
        var isThere = false
        var fits = false
        for field in request.operation.headers {
            let name = request.text(field.name)
            if name == written { isThere = true }
            if name == near, matchesAny(test.patterns, field.value, in: request.storage.span) { fits = true }
        }
        guard fits, !isThere, !isBeside(near, test) else { return nil }
        let own = sources[Int(test.source)].values.map(\.value)
        // Whoever copies a rule copies its slips.
        let isWrittenKnown =
            KnownHeaders.joinedIndex(test.name, in: arena.span) != nil
            || tests.contains {
                $0.attribute == .header && sources[Int($0.source)].values.map(\.value) != own
                    && headerName(of: $0) == written
            }
        let isNearKnown = tests.contains { $0.attribute == .header && headerName(of: $0) == near }
        switch (isWrittenKnown, isNearKnown) {
        case (true, true): return nil
        case (true, false):
            return HeaderSlip(slip: Slip("the request has the header `\(near)` where the policies have `\(written)`"))
        // A proxy may take the one for the other, which is how the header of another is forged.
        case (false, _) where near.contains("_") && !written.contains("_"):
            return HeaderSlip(slip: Slip("the request has the header `\(near)`, and the policies ask for `\(written)`"))
        case (false, _):
            return HeaderSlip(
                key: "request.headers[\(near)]",
                slip: Slip("the request has the header `\(near)`, and none `\(written)`"))
        }
    }

    /// Whether a rule tests another header beside this one, so that they are two.
    private func isBeside(_ name: String, _ test: Test) -> Bool {
        conjunctions.contains { conjunction in
            conjunction.tests.contains { tests[Int($0)].source == test.source }
                && conjunction.tests.contains {
                    tests[Int($0)].attribute == .header && headerName(of: tests[Int($0)]) == name
                }
        }
    }

    private func headerName(of test: Test) -> String { String(decoding: arena[test.name.range], as: UTF8.self) }
}
