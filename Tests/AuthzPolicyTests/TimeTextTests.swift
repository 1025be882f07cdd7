import Testing

@testable import AuthzPolicy

@Suite struct TimeTextTests {
    @Test(
        "time spans are those of Go",
        arguments: [
            ("5s", Duration.seconds(5)), ("1.5h", .seconds(5400)), ("1h30m", .seconds(5400)),
            ("250ms", .milliseconds(250)), ("1us", .microseconds(1)), ("1µs", .microseconds(1)),
            ("7ns", .nanoseconds(7)),
            (".5s", .milliseconds(500)), ("1.s", .seconds(1)), ("-2s", .seconds(-2)), ("+2s", .seconds(2)),
            ("0", .zero), ("0s", .zero),
        ])
    func spans(_ text: String, _ span: Duration) {
        #expect(DurationText.parse(text) == span)
    }

    @Test(
        "what is no time span has none",
        arguments: ["", "5", "s", "5 s", "5S", "5d", "1.2.3s", ".s", "-", "5s3", "99999999999h", "９s", "--5s"])
    func noSpans(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        "times are those of RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", Int64(0)), ("2000-02-29T12:00:00Z", 951_825_600),
            ("2026-01-01T00:00:00Z", 1_767_225_600), ("2026-01-01T02:00:00.999+02:00", 1_767_225_600),
            ("1969-12-31T23:59:59z", -1), ("2026-01-01t00:00:00-00:30", 1_767_227_400),
            ("9999-12-31T23:59:59Z", 253_402_300_799), ("0000-03-01T00:00:00Z", -62_162_035_200),
        ])
    func times(_ text: String, _ seconds: Int64) {
        #expect(TimestampText.parse(text) == seconds)
    }

    @Test(
        "what is no time has none",
        arguments: [
            "", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00Zx", "2026-1-1T00:00:00Z",
        ])
    func noTimes(_ text: String) {
        #expect(TimestampText.parse(text) == nil)
    }
}
