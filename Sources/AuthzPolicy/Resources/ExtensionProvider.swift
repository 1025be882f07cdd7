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

    package init(name: String, transport: Transport, problem: String? = nil) {
        self.name = name
        self.transport = transport
        self.problem = problem
    }
}
