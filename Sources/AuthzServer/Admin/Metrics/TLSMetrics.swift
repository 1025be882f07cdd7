/// The certificate of the check listener, and the handshakes that failed.
package struct TLSMetrics: MetricsSource {
    private let store: TLSStore

    package init(store: TLSStore) {
        self.store = store
    }

    package func write(to writer: inout MetricsWriter) {
        let status = store.status
        writer.family(
            "authz_tls_certificate_expiry_timestamp_seconds", .gauge,
            help: "When the certificate in force expires, or an earlier one of its chain, in seconds since 1970.")
        writer.sample(Int(status.expiry))
        writer.family(
            "authz_tls_certificate_reload_total", .counter, help: "Changes of the certificate's files, by result.")
        writer.sample(status.reloads, [("result", "success")])
        writer.sample(status.failures, [("result", "failure")])
        writer.family("authz_tls_handshake_failures_total", .counter, help: "Connections refused in their handshake.")
        writer.sample(status.refusals)
    }
}
