/// Whether the server may be sent requests, as `/readyz` says.
package struct ReadinessMetrics: MetricsSource {
    private let keys: KeyStatusBoard
    private let health: ServerHealth

    package init(keys: KeyStatusBoard, health: ServerHealth) {
        self.keys = keys
        self.health = health
    }

    package func write(to writer: inout MetricsWriter) {
        let readiness = Readiness(isDraining: health.isDraining, keysTried: keys.allTried)
        writer.family(
            "authz_ready", .gauge,
            help: "1 while /readyz answers 200; 0 until key sets were asked for, and while stopping.")
        writer.sample(readiness == .ready ? 1 : 0)
    }
}
