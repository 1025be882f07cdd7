import AuthzTestSupport
import Foundation
import Glibc
import Logging
import Synchronization
import Testing

@testable import AuthzServer

@Suite struct TLSStoreTests {
    private let scratch = Scratch()
    private let log = LogLines()

    private func open(_ files: TLSFiles, now: Int64? = nil) throws(TLSFileError) -> TLSStore {
        let clock: @Sendable () -> Int64 = { now ?? WallClock.seconds() }
        return try TLSStore(files, clock: clock, logger: log.logger)
    }

    @Test("a certificate, its key and authorities are read, and the time of expiry is the leaf's")
    func reading() throws {
        let authority = try TestAuthority()
        let own = try authority.issue("own", for: ["DNS:localhost"])
        let store = try open(
            TLSFiles(certificate: own.certificate, key: own.key, clientAuthorities: authority.path))
        #expect(store.verifiesClients)
        let day = store.status.expiry - WallClock.seconds()
        #expect(day > 80_000 && day <= 86_400)
        #expect(log.all.isEmpty)
        #expect(try !open(TLSFiles(certificate: own.certificate, key: own.key)).verifiesClients)
    }

    @Test("what cannot be used is named, with what to do")
    func problems() throws {
        let authority = try TestAuthority()
        let own = try authority.issue("own", for: ["DNS:localhost"])
        let other = try authority.issue("other", for: ["DNS:localhost"])
        try authority.run(["pkcs8", "-topk8", "-in", own.key, "-out", "secret.key", "-passout", "pass:x"])
        let secret = authority.folder.appending(path: "secret.key").path()
        let empty = try scratch.write("", to: "empty")
        let text = try scratch.write("hello\n", to: "text")
        let pem = try String(contentsOfFile: own.certificate, encoding: .utf8)
        let cut = try scratch.write(String(pem.dropLast(60)), to: "cut")
        let second = try scratch.write(pem + pem.dropLast(60), to: "second")
        let fifo = "\(scratch.path)/fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        let missing = "\(scratch.path)/missing"

        let rows: [(TLSFiles, TLSFileError)] = [
            (
                TLSFiles(certificate: missing, key: own.key),
                .unreadable(path: missing, message: "`\(missing)` cannot be read: there is no such file")
            ),
            (
                TLSFiles(certificate: own.certificate, key: fifo),
                .unreadable(path: fifo, message: "`\(fifo)` is not a regular file")
            ),
            (
                TLSFiles(certificate: own.certificate, key: "/dev/zero"),
                .unreadable(path: "/dev/zero", message: "`/dev/zero` is not a regular file")
            ),
            (TLSFiles(certificate: empty, key: own.key), .noCertificate(path: empty)),
            (TLSFiles(certificate: text, key: own.key), .noCertificate(path: text)),
            (TLSFiles(certificate: own.key, key: own.key), .noCertificate(path: own.key)),
            (TLSFiles(certificate: cut, key: own.key), .noCertificate(path: cut)),
            (TLSFiles(certificate: second, key: own.key), .noCertificate(path: second)),
            (TLSFiles(certificate: own.certificate, key: empty), .noKey(path: empty)),
            (TLSFiles(certificate: own.certificate, key: own.certificate), .noKey(path: own.certificate)),
            (TLSFiles(certificate: own.certificate, key: secret), .noKey(path: secret)),
            (
                TLSFiles(certificate: own.certificate, key: other.key),
                .keyOfAnotherCertificate(key: other.key, certificate: own.certificate)
            ),
            (
                TLSFiles(certificate: own.certificate, key: own.key, clientAuthorities: text),
                .noCertificate(path: text)
            ),
        ]
        for (files, error) in rows { #expect(throws: error) { try open(files) } }
        #expect(
            "\(TLSFileError.noCertificate(path: "a"))"
                == "`a` holds no certificate; expected PEM, from `-----BEGIN CERTIFICATE-----` on")
        #expect(
            "\(TLSFileError.noKey(path: "a"))"
                == "`a` holds no private key; expected PEM, from `-----BEGIN PRIVATE KEY-----` on, without a passphrase"
        )
        #expect(
            "\(TLSFileError.keyOfAnotherCertificate(key: "a", certificate: "b"))"
                == "the key `a` is not that of the first certificate in `b`; the server's own certificate comes first, "
                + "its authorities behind it")
    }

    @Test("a certificate out of its time is served, with a warning")
    func times() throws {
        let authority = try TestAuthority()
        let own = try authority.issue("own", for: ["DNS:localhost"])
        let files = TLSFiles(certificate: own.certificate, key: own.key)
        _ = try open(files, now: WallClock.seconds() + 90_000)
        #expect(log.take() == ["warning: the certificate has expired"])
        _ = try open(files, now: WallClock.seconds() - 90_000)
        #expect(log.take() == ["warning: the certificate is not valid yet"])
        _ = try open(files)
        #expect(log.take().isEmpty)
    }

    @Test("a changed pair is taken, a broken one leaves the one before and warns once")
    func reload() throws {
        let authority = try TestAuthority()
        let first = try authority.issue("first", for: ["DNS:localhost"])
        let second = try authority.issue("second", for: ["DNS:localhost"])
        let files = TLSFiles(certificate: "\(scratch.path)/tls.crt", key: "\(scratch.path)/tls.key")
        let put = { (source: String, target: String) in
            let text = try String(contentsOfFile: source, encoding: .utf8)
            let file = try scratch.write(text, to: "new")
            #expect(rename(file, target) == 0)
        }
        try put(first.certificate, files.certificate)
        try put(first.key, files.key)
        let store = try open(files)
        let watcher = TLSFileWatcher(store, logger: log.logger)
        var state = TLSFileState()
        let original = store.context
        for _ in 0..<3 { watcher.look(&state) }
        #expect(store.context === original, "the same again is no news")
        #expect(log.take().isEmpty)

        try put(second.certificate, files.certificate)
        for _ in 0..<3 { watcher.look(&state) }
        #expect(store.context === original)
        let warning = log.take()
        #expect(warning.count == 1)
        #expect(warning.first?.hasPrefix("warning: certificate not read; the one before stays: the key") == true)

        try put(second.key, files.key)
        for _ in 0..<3 { watcher.look(&state) }
        #expect(store.context !== original)
        #expect(log.take() == ["info: certificate read"])

        unlink(files.key)
        let current = store.context
        for _ in 0..<3 { watcher.look(&state) }
        #expect(store.context === current)
        #expect(log.take().count == 1)

        let expiry = store.status.expiry
        store.note(refusal: "x", of: nil)
        var metrics = MetricsWriter()
        TLSMetrics(store: store).write(to: &metrics)
        let lines = String(decoding: metrics.bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                "authz_tls_certificate_expiry_timestamp_seconds \(expiry)",
                "authz_tls_certificate_reload_total{result=\"success\"} 1",
                "authz_tls_certificate_reload_total{result=\"failure\"} 2", "authz_tls_handshake_failures_total 1",
            ])
    }
}
