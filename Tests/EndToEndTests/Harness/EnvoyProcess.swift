import Foundation

/// A real Envoy with some configuration.
struct EnvoyProcess {
    let child: Child
    /// Where it listens, by the names of its listeners.
    let listeners: [String: Address]

    /// Starts it and waits until it is ready.
    ///
    /// - Parameters:
    ///   - configuration: With an admin listener on a port that the system chooses.
    ///   - folder: For its files; it has to stay while Envoy runs.
    init(_ configuration: String, in folder: TemporaryFolder) throws {
        let file = try folder.write(configuration, to: "envoy.yaml")
        let adminFile = folder.url.appending(path: "admin").path()
        let child = try Child(
            Repository.envoy,
            [
                "-c", file.path(), "--admin-address-path", adminFile, "--disable-hot-restart", "--concurrency", "1",
                "--log-level", "warning",
            ])
        self.child = child
        listeners = try poll("listeners of Envoy") {
            try child.checkRunning()
            guard FileManager.default.fileExists(atPath: adminFile),
                let admin = Address(try String(contentsOfFile: adminFile, encoding: .utf8)),
                try HTTP.send("GET", "/ready", to: admin).status == 200
            else { return nil }
            let lines = try HTTP.send("GET", "/listeners", to: admin).body.split(separator: "\n")
            return Dictionary(
                lines.compactMap { line in
                    guard let end = line.firstRange(of: "::"), let address = Address(line[end.upperBound...]) else {
                        return nil
                    }
                    return (String(line[..<end.lowerBound]), address)
                }, uniquingKeysWith: { $1 })
        }
    }
}
