import Foundation

/// An `authz serve` whose two listeners are Unix sockets.
struct RunningUnixServer {
    let child: Child
    let checks: String
    let admin: String

    /// Starts it and waits for its ready line.
    init(in folder: TemporaryFolder, _ options: [String] = []) throws {
        let checks = folder.url.appending(path: "checks.sock").path()
        let admin = folder.url.appending(path: "admin.sock").path()
        let child = try Child(
            Repository.authz,
            ["serve", "--policies", "policies", "--listen", "unix:\(checks)", "--admin-listen", "unix:\(admin)"]
                + options)
        try poll("ready line") {
            try child.checkRunning()
            return try child.errors.contains("authz: checks on unix:\(checks), admin on unix:\(admin),") ? () : nil
        }
        self.child = child
        self.checks = checks
        self.admin = admin
    }

    /// Asks about a request to `production/api`.
    func check(_ path: String, naming principal: String? = nil, token: String? = nil) throws -> Int {
        var arguments = ["--unix-socket", checks]
        if let principal { arguments += ["--header", "x-authz-source-principal: \(principal)"] }
        if let token { arguments += ["--header", "authorization: Bearer \(token)"] }
        return try Curl.send(arguments, to: "http://localhost/workload/production/api/check\(path)").status
    }
}
