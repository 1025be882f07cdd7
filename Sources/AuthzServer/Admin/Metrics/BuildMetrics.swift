/// Which program this is.
package struct BuildMetrics: MetricsSource {
    private let version: String

    package init(version: String) {
        self.version = version
    }

    package func write(to writer: inout MetricsWriter) {
        writer.family("authz_build_info", .gauge, help: "Always 1; the labels say which program this is.")
        writer.sample(1, [("version", version)])
    }
}
