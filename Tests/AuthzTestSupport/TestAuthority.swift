package import Foundation

/// An authority whose certificates and keys a test makes with `openssl` when it runs; they are valid for a day.
///
/// A class for its `deinit`, which removes the folder.
package final class TestAuthority {
    package struct Failure: Error {
        package var message: String
    }

    /// Where a certificate and its key are.
    package struct Certificate: Sendable {
        package var certificate: String
        package var key: String
    }

    package let folder: URL

    /// The authority's own certificate.
    package var path: String { folder.appending(path: "ca.crt").path() }

    package init(_ name: String = "authz test") throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "authz-tls-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
            "/O=\(name)", "-keyout", "ca.key", "-out", "ca.crt",
        ])
    }

    deinit {
        // What stays behind is cleared at the next start of the machine.
        try? FileManager.default.removeItem(at: folder)
    }

    /// Makes `name.crt` and `name.key`.
    ///
    /// - Parameters:
    ///   - names: As in `subjectAltName`: `URI:…`, `DNS:…`, `IP:…`.
    ///   - usage: As in `extendedKeyUsage`; `nil` for none, which allows all.
    ///   - days: Until it expires; negative for one that has.
    package func issue(
        _ name: String, for names: [String], usage: String? = nil, days: Int = 1
    ) throws -> Certificate {
        var extensions = names.isEmpty ? "" : "subjectAltName=\(names.joined(separator: ","))\n"
        if let usage { extensions += "extendedKeyUsage=\(usage)\n" }
        try extensions.write(to: folder.appending(path: "\(name).ext"), atomically: false, encoding: .utf8)
        try run([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)", "-keyout",
            "\(name).key", "-out", "\(name).csr",
        ])
        try run([
            "x509", "-req", "-in", "\(name).csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days",
            "\(days)", "-out", "\(name).crt", "-extfile", "\(name).ext",
        ])
        return Certificate(
            certificate: folder.appending(path: "\(name).crt").path(),
            key: folder.appending(path: "\(name).key").path())
    }

    /// Runs `openssl` in the folder.
    package func run(_ arguments: [String]) throws {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(message: text) }
    }
}
