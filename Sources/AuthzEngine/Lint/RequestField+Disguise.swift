import AuthzPolicy

extension RequestField {
    /// What a document has in the field, as one text; `nil` for nothing.
    func text(in document: RequestDocument) -> String? {
        switch value(in: document) {
        case .absent: nil
        case .text(let text): text
        case .lines(let lines): lines.joined(separator: "\n")
        case .address(let address): "\(address)"
        case .port(let port): "\(port)"
        case .token(.claims(let json, _, _)): json
        case .token(.compact(let token)): token
        }
    }

    /// The document with a value in the field.
    func putting(_ value: Value, into document: RequestDocument) -> RequestDocument {
        var result = document
        set(value, in: &result, places: TokenPlaces())
        return result
    }

    /// What a DENY rule tests so that only requests with the same in the field as this one are left; `nil` where no rule says that.
    func denial(unlike document: RequestDocument) -> Linter.Denial? {
        guard let text = text(in: document) else {
            return switch self {
            case .principal: .source(.principals)
            case .token: .source(.requestPrincipals)
            case .header(let name): .condition("request.headers[\(name)]")
            case .path, .host, .method, .scheme, .port, .sni, .sourceIP, .remoteIP, .destinationIP: nil
            }
        }
        guard !text.contains(where: { "*{}".contains($0) }) else { return nil }
        return switch self {
        case .path: .operation(.paths, unlike: text)
        case .host: .operation(.hosts, unlike: text)
        case .method: .operation(.methods, unlike: text)
        case .principal, .token, .header, .scheme, .port, .sni, .sourceIP, .remoteIP, .destinationIP: nil
        }
    }
}
