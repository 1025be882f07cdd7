/// Asks a server whether it is ready: `/readyz` of the admin listener, or `grpc.health.v1` of the check listener.
package struct HealthProbe: Sendable {
    package struct Answer: Sendable, Equatable {
        package var isReady: Bool
        /// One line.
        package var text: String

        package init(isReady: Bool, text: String) {
            self.isReady = isReady
            self.text = text
        }
    }

    /// How the server of a TLS listener is known, and this client to it.
    package struct TLS: Sendable, Equatable {
        /// The authorities in PEM, or the certificate itself; `nil` for those of the system.
        package var authorities: String?
        /// Whether the certificate must name the host that is asked.
        package var verifiesName = true
        package var certificate: String?
        package var key: String?

        package init() {}
    }

    package enum Question: Sendable, Equatable {
        /// `GET /readyz`
        case readiness
        /// `grpc.health.v1.Health/Check` of the server as a whole.
        case call
    }

    package var question: Question
    package var address: ListenAddress
    /// `nil` for an address without TLS.
    package var tls: TLS?
    package var timeout: Duration = .seconds(3)

    package init(_ question: Question, at address: ListenAddress, tls: TLS? = nil) {
        self.question = question
        self.address = address
        self.tls = tls
    }

    /// What is asked; of a Unix socket the path stands in front.
    package var title: String {
        switch address {
        case .network: url
        case .unixSocket: "\(address): \(path)"
        }
    }

    var url: String {
        let host =
            switch address {
            // An address of every interface is asked on this host.
            case .network("0.0.0.0", let port): "127.0.0.1:\(port)"
            case .network("::", let port): "[::1]:\(port)"
            case .network: "\(address)"
            case .unixSocket: "localhost"
            }
        return "\(tls == nil ? "http" : "https")://\(host)\(path)"
    }

    private var path: String {
        switch question {
        case .readiness: "/readyz"
        case .call: "/grpc.health.v1.Health/Check"
        }
    }

    /// - Throws: Where no thread can be started.
    package func ask() async throws -> Answer {
        let result = try await BlockingThread.value(of: {
            Result { () throws(FetchError) in try HealthExchange.run(self) }
        })
        switch result {
        case nil: return Answer(isReady: false, text: "not ready: cancelled")
        case .failure(let error): return Answer(isReady: false, text: "not ready: \(title): \(error)")
        case .success(let reply):
            let problem = problem(with: reply)
            return Answer(isReady: problem == nil, text: problem.map { "not ready\($0)" } ?? "ready")
        }
    }

    /// What keeps the server from being ready, behind a colon where it says so itself; `nil` where it is.
    private func problem(with reply: HealthExchange.Reply) -> String? {
        switch (question, reply.status) {
        case (.readiness, 200): return nil
        case (.readiness, 503): return ""
        case (.call, 200):
            if let status = reply.callStatus, status != "0" { return ": \(title): gRPC status \(status)" }
            switch reply.servingStatus {
            case 1: return nil
            case 2: return ""
            case let status: return ": \(title): the answer is no health status (\(status.map { "\($0)" } ?? "none"))"
            }
        case (.readiness, let status), (.call, let status): return ": \(title): \(FetchError.status(status))"
        }
    }
}
