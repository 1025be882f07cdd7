/// An external authorization provider of MeshConfig, as far as it changes decisions.
package struct ExtensionProvider: Sendable, Equatable {
    /// How it is asked.
    package enum Transport: String, Sendable, CaseIterable {
        case http = "HTTP"
        case grpc = "gRPC"
    }

    package var name: String
    package var transport: Transport
    /// What makes the definition unusable, in a few words; `nil` where nothing does.
    package var problem: String?
    /// `includeRequestHeadersInCheck`: names, `prefix*` and `*suffix`, in lower case. Counts over HTTP alone.
    package var includedHeaders: [String]

    package init(name: String, transport: Transport, problem: String? = nil, includedHeaders: [String] = []) {
        self.name = name
        self.transport = transport
        self.problem = problem
        self.includedHeaders = includedHeaders
    }

    /// Whether a check carries the header; over gRPC it carries all, and over HTTP host, length of the body and `authorization` always (AuthorizationPolicy dossier 12.3).
    ///
    /// - Parameter header: In lower case.
    package func sends(_ header: String) -> Bool {
        let always = ["host", "content-length", "authorization"]
        if transport == .grpc || always.contains(header) || header.hasPrefix(":") { return true }
        return includedHeaders.contains { pattern in
            if pattern.hasSuffix("*") { return header.hasPrefix(pattern.dropLast()) }
            if pattern.hasPrefix("*") { return header.hasSuffix(pattern.dropFirst()) }
            return header == pattern
        }
    }
}
