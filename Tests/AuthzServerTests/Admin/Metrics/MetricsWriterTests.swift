import AuthzServer
import Testing

@Suite struct MetricsWriterTests {
    private func text(_ write: (inout MetricsWriter) -> Void) -> String {
        var writer = MetricsWriter()
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("a family is its help, its type and its samples")
    func family() {
        let text = text { writer in
            writer.family("a_total", .counter, help: "How many.")
            writer.sample(1, [("x", "1"), ("y", "2")])
            writer.sample(2)
            writer.family("b_seconds", .histogram, help: "How long.")
            writer.sample(3, suffix: "_bucket", [("le", "+Inf")])
            writer.sample(0.25, suffix: "_sum")
        }
        #expect(
            text == """
                # HELP a_total How many.
                # TYPE a_total counter
                a_total{x="1",y="2"} 1
                a_total 2
                # HELP b_seconds How long.
                # TYPE b_seconds histogram
                b_seconds_bucket{le="+Inf"} 3
                b_seconds_sum 0.25

                """)
    }

    @Test(
        "nothing in a label ends it",
        arguments: [
            (#"a"b"#, #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\nb", #"a\nb"#), ("a\r\nb", "a\r\\nb"), ("é{}", "é{}"),
            ("", ""),
        ])
    func escaping(_ value: String, _ written: String) {
        let text = text { writer in
            writer.family("a", .gauge, help: "A.")
            writer.sample(1, [("x", value)])
        }
        #expect(text.utf8.elementsEqual("# HELP a A.\n# TYPE a gauge\na{x=\"\(written)\"} 1\n".utf8))
    }

    @Test(
        "numbers are written as the format has them",
        arguments: [
            (0.0, "0.0"), (1.5, "1.5"), (1e30, "1e+30"), (Double.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ])
    func numbers(_ value: Double, _ written: String) {
        let text = text { writer in
            writer.family("a", .gauge, help: "A.")
            writer.sample(value)
        }
        #expect(text.hasSuffix("\na \(written)\n"))
    }
}
