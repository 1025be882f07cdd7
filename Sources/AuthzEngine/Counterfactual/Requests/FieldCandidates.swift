import AuthzCore
import AuthzPolicy

/// Values of one field that the policies in force tell apart: those that they name, and witnesses of what they leave open.
struct FieldCandidates: Sendable {
    var values: [RequestField.Value] = []
    /// Whether every combination of answers that the field can give is among them.
    var isComplete = true

    init() {}

    /// - Parameter sides: What decides. Of several, all are told apart at once.
    init(of field: RequestField, for sides: [PolicySide], base: RequestDocument) {
        let globs = sides.globs(of: field)
        switch field {
        case .method:
            add(TextWitnesses(globs, filler: "X", base: base.request?.method))
            addTexts(["GET", "POST"])
            if let mended = base.request.flatMap({ RequestSlip.mended(method: $0.method) }) {
                values.insert(.text(mended), at: 0)
            }
            // What fits a pattern, or none, may be no method that can be sent.
            addTexts(HTTPSyntax.methods)
        case .path: addPaths(globs, base.request?.path ?? "/")
        case .host:
            if let mended = base.request.flatMap({ RequestSlip.mended(host: $0.host) }) { addTexts([mended]) }
            addHosts(TextWitnesses(globs, filler: "x", base: base.request?.host))
            addTexts(["x.example"])
        case .scheme: addTexts(["https", "http"])
        case .sni:
            add(TextWitnesses(globs, filler: "x", base: base.destination.sni))
            addTexts(["x.example"])
            addAbsent()
        case .header:
            // Nothing of a secret gets into a value that is told.
            let isSecret = field.mayHoldSecret(TokenPlaces(of: sides.flatMap(\.tokenRules)))
            let lines = field.value(in: base).lines
            // To leave a header out is simpler than to send another value that nobody has named.
            if !lines.isEmpty { addAbsent() }
            addHeader(globs, isSecret ? [] : lines)
        case .principal: addPrincipals(globs, base, sides)
        case .port:
            let named = sides.ports(of: field)
            let modes = Set(sides.flatMap(\.workload.peerAuthentication.ports.keys)).sorted()
            let known = Set(named + modes)
            var seen: Set<UInt16> = []
            values = (named + modes + [8080, 443, 1].filter { !known.contains($0) }.prefix(1))
                .filter { $0 > 0 && seen.insert($0).inserted }.map { .port($0) }
        case .sourceIP, .remoteIP, .destinationIP:
            values = AddressWitnesses(sides.blocks(of: field)).addresses.map { .address($0) }
        case .token: break
        }
    }

    /// No empty ones: nobody sends a method, a host or a server name without a letter.
    private mutating func add(_ witnesses: TextWitnesses) {
        values += witnesses.texts.filter { !$0.isEmpty }.map { .text($0) }
        if !witnesses.isComplete { isComplete = false }
    }

    /// No host begins with a dot, as what fits `*.example` might: that is put behind a name. A port that is a number first: what fits `a.example:*` otherwise, nobody sends.
    private mutating func addHosts(_ witnesses: TextWitnesses) {
        let isOdd = { (host: String) in
            guard let colon = host.lastIndex(of: ":"), !host.hasPrefix("[") else { return false }
            return UInt16(host[host.index(after: colon)...]) == nil
        }
        let odd = witnesses.texts.filter(isOdd)
        for host in odd {
            if let colon = host.lastIndex(of: ":"), colon > host.startIndex {
                addTexts(["\(host[..<colon]):8443"])
            }
        }
        addTexts(witnesses.texts.filter { $0.hasPrefix(".") }.map { "x" + $0 })
        add(witnesses)
        values.removeAll { $0.text?.hasPrefix(".") ?? false }
        values = values.filter { !isOdd($0.text ?? "") } + values.filter { isOdd($0.text ?? "") }
    }

    private mutating func addTexts(_ texts: [String]) { values += texts.map { .text($0) } }

    private mutating func addAbsent() { values.append(.absent) }

    private mutating func addPaths(_ globs: [Glob], _ base: String) {
        let shape = Glob([.literal([UInt8(ascii: "/")]), .any])
        let query = base.firstIndex(of: "?").map { String(base[$0...]) } ?? ""
        let witnesses = TextWitnesses(globs, filler: "x", base: base, shape: shape)
        for text in witnesses.texts where text.hasPrefix("/") {
            if !query.isEmpty, !text.contains("?") { values.append(.text(text + query)) }
            values.append(.text(text))
        }
        if !witnesses.isComplete { isComplete = false }
    }

    private mutating func addHeader(_ globs: [Glob], _ base: [String]) {
        let witnesses = TextWitnesses(globs, filler: "x", base: base.first)
        values += witnesses.texts.filter { !$0.isEmpty }.map { .lines([$0]) } + [.lines(["x"]), .absent, .lines([""])]
        // Several tests of one header may each want a line of its own.
        let few = witnesses.texts.prefix(12)
        for (index, text) in few.enumerated() {
            for other in few.dropFirst(index + 1) { values.append(.lines([text, other])) }
        }
        if !witnesses.isComplete { isComplete = false }
    }

    private mutating func addPrincipals(_ globs: [Glob], _ base: RequestDocument, _ sides: [PolicySide]) {
        var domains: [String] = []
        for mesh in sides.map(\.policySet.mesh) {
            for domain in mesh.trustDomains + mesh.acceptedTrustDomains
            where !domain.contains("*") && !domains.contains(domain) {
                domains.append(domain)
            }
        }
        if !domains.contains("x.example") { domains.append("x.example") }
        let scheme = Array("spiffe://".utf8)
        var seen: Set<String> = []
        let take = { (texts: [String], values: inout [RequestField.Value]) in
            for text in texts where text.hasPrefix("spiffe://") && seen.insert(text).inserted {
                values.append(.text(text))
            }
        }
        for domain in domains {
            let shape = Glob([
                .literal(scheme + Array("\(domain)/ns/".utf8)), .segmentByte, .segment, .literal(Array("/sa/".utf8)),
                .segmentByte, .segment,
            ])
            let witnesses = TextWitnesses(
                globs, filler: "x", base: base.source.principal, shape: shape, plain: "spiffe://\(domain)/ns/x/sa/x")
            take(witnesses.texts, &values)
            // The mesh takes any name of its own.
            let others = TextWitnesses(
                globs, filler: "x", base: nil, shape: Glob([.literal(scheme + Array("\(domain)/".utf8)), .any]))
            take(others.texts, &values)
            if !witnesses.isComplete || !others.isComplete { isComplete = false }
        }
        let any = TextWitnesses(
            globs, filler: "x", base: base.source.principal, shape: Glob([.literal(scheme), .any]))
        take(any.texts, &values)
        // A whole identity reads better than a part of one, and nobody has an empty name, or one with a star.
        let names = { (value: RequestField.Value) in
            value.text?.dropFirst(scheme.count).split(separator: "/", omittingEmptySubsequences: false) ?? []
        }
        let isWhole = { (value: RequestField.Value) in
            let names = names(value)
            return names.count == 5 && names[1] == "ns" && names[3] == "sa"
        }
        values.removeAll { names($0).contains { $0.isEmpty || $0.contains("*") } }
        values = values.filter(isWhole) + values.filter { !isWhole($0) }
        if !sides.contains(where: { $0.workload.role == .waypoint }) { addAbsent() }
    }
}
