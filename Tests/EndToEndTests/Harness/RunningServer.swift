import Foundation

/// An `authz serve` on ports that the system chose.
struct RunningServer {
    let child: Child
    let checks: Address
    let admin: Address

    /// Starts it and waits for its ready line.
    init(policies: String = "policies", _ options: String...) throws {
        try self.init(policies: policies, options: options)
    }

    /// Starts it and waits for its ready line.
    ///
    /// - Parameter launcher: A program with its arguments that starts it; none to start it directly.
    init(policies: String, options: [String], under launcher: [String] = []) throws {
        try self.init(
            starting: launcher,
            ["serve", "--policies", policies, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"] + options)
    }

    /// Starts it with all its arguments, which have it listen on TCP, and waits for its ready line.
    init(starting launcher: [String] = [], _ arguments: [String], environment: [String: String] = [:]) throws {
        let command = launcher + [Repository.authz.path()]
        let child = try Child(URL(filePath: command[0]), command.dropFirst() + arguments, environment: environment)
        self.child = child
        (checks, admin) = try poll("ready line") {
            try child.checkRunning()
            return try Self.addresses(in: child.errors)
        }
    }

    /// Reads `authz: checks on HOST:PORT, admin on HOST:PORT, …`.
    private static func addresses(in text: String) throws -> (checks: Address, admin: Address)? {
        let ready = /authz: checks on (\S+), admin on ([^,\s]+).*\n/
        guard let match = text.firstMatch(of: ready), let checks = Address(match.1), let admin = Address(match.2) else {
            return nil
        }
        return (checks, admin)
    }

    /// Asks about one request as an enforcing proxy would, for `production/api`.
    func check(
        _ method: String = "GET", _ path: String, principal: String? = nil, token: String? = nil,
        headers: [String: String] = [:]
    ) throws -> HTTPResponse {
        var headers = headers
        if let principal { headers["x-authz-source-principal"] = principal }
        if let token { headers["authorization"] = "Bearer \(token)" }
        return try HTTP.send(method, "/workload/production/api/check\(path)", to: checks, headers: headers)
    }
}
