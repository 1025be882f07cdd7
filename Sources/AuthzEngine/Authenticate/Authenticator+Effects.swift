import AuthzCore

/// What a verified token changes in the request (request authentication dossier 6.4 to 6.6).
extension Authenticator {
    /// Removes all lines of a header.
    func removeHeader(_ name: [UInt8], from request: inout CheckRequest, in workspace: inout Workspace) {
        if let pseudo = PseudoHeader(name) { return pseudo.remove(from: &request.operation) }
        var kept = 0
        for index in request.operation.headers.indices {
            let field = request.operation.headers[index]
            if TokenExtraction.isHeader(field, named: name, in: request.storage.span) {
                workspace.headersToRemove.append(field.name)
                continue
            }
            request.operation.headers[kept] = field
            kept += 1
        }
        request.operation.headers.removeLast(request.operation.headers.count - kept)
        workspace.headersToSet.removeAll { TokenExtraction.isHeader($0, named: name, in: request.storage.span) }
    }

    func writeOutputs(
        of rule: borrowing TokenRule, payload: ByteSlice, to request: inout CheckRequest, in workspace: inout Workspace
    ) {
        if let header = rule.payloadHeader {
            appendHeader(header, value: payload, to: &request, in: &workspace)
        }
        for output in rule.claimHeaders {
            guard let node = node(at: output.path, in: workspace.claims.tape),
                ClaimHeaderValue.write(node, of: workspace.claims.tape, to: &workspace.scratch)
            else { continue }
            let value = request.append(workspace.scratch.span)
            appendHeader(output.header, value: value, to: &request, in: &workspace)
        }
    }

    private func node(at path: [[UInt8]], in tape: borrowing JSONTape) -> Int? {
        var node = tape.root
        for name in path {
            guard let next = tape.member(name.span, of: node) else { return nil }
            node = next
        }
        return node
    }

    private func appendHeader(
        _ name: [UInt8], value: ByteSlice, to request: inout CheckRequest, in workspace: inout Workspace
    ) {
        if let pseudo = PseudoHeader(name) { return pseudo.set(value, in: &request.operation) }
        let name = request.append(name.span)
        request.appendHeader(name: name, value: value)
        workspace.headersToSet.append(HeaderField(name: name, value: value))
    }

    /// Takes a verified token out of its place. Cookies stay.
    func remove(
        _ place: TokenCandidate.Place, _ rule: borrowing TokenRule, from request: inout CheckRequest,
        in workspace: inout Workspace
    ) {
        switch place {
        case .header(let index): removeHeader(rule.headers[index].name, from: &request, in: &workspace)
        case .param(let index): removeParameter(rule.params[index], from: &request, in: &workspace)
        case .cookie: break
        }
    }

    /// Rebuilds the query without a parameter, as Envoy does: the others sorted by name, decoded, each with its `=`.
    private func removeParameter(_ name: [UInt8], from request: inout CheckRequest, in workspace: inout Workspace) {
        guard TokenExtraction.readQuery(of: &request, into: &workspace.parameters) else { return }
        workspace.parameters.removeAll { TokenExtraction.equals($0.name, name, in: request.storage.span) }
        let storage = request.storage
        // Names repeat in the order in which they stood.
        workspace.parameters.sort { left, right in
            let names = (storage[left.name.range], storage[right.name.range])
            return names.0.elementsEqual(names.1)
                ? left.position < right.position : names.0.lexicographicallyPrecedes(names.1)
        }
        workspace.scratch.removeAll(keepingCapacity: true)
        for index in request.operation.path.range {
            if storage[index] == UInt8(ascii: "?") { break }
            workspace.scratch.append(storage[index])
        }
        for (position, parameter) in workspace.parameters.enumerated() {
            workspace.scratch.append(position == 0 ? UInt8(ascii: "?") : UInt8(ascii: "&"))
            workspace.scratch.append(contentsOf: storage[parameter.name.range])
            workspace.scratch.append(UInt8(ascii: "="))
            workspace.scratch.append(contentsOf: storage[parameter.value.range])
        }
        request.operation.path = request.append(workspace.scratch.span)
    }
}
