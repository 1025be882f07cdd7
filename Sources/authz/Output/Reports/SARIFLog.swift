import AuthzCore

/// One run of a tool as a log of SARIF 2.1.0.
struct SARIFLog {
    /// A kind of result.
    struct Rule {
        var identifier: String
        var sentence: String
        /// More of it, in plain text; `nil` for no more.
        var help: String?
    }

    enum Level: String { case error, warning, note }

    private let tool: String
    private let rules: [Rule]
    private var results = JSONWriter()
    /// Whether the tool could not do its work.
    var hasFailed = false
    private var notifications: [(message: String, place: SourceLocation?)] = []

    /// - Parameter rules: All that results can be about.
    init(tool: String, rules: [Rule]) {
        self.tool = tool
        self.rules = rules
        results.beginArray()
    }

    /// Adds a result.
    ///
    /// - Parameters:
    ///   - related: Another place, with what is there.
    ///   - suppression: Why the result does not count; `nil` where it does.
    mutating func add(
        _ rule: String, _ level: Level, _ message: String, at place: SourceLocation,
        related: (place: SourceLocation, message: String)? = nil, suppression: String? = nil
    ) {
        results.beginObject()
        results.member("ruleId", rule)
        results.name("ruleIndex")
        results.integer(rules.firstIndex { $0.identifier == rule } ?? 0)
        results.member("level", level.rawValue)
        Self.writeMessage(message, to: &results)
        results.name("locations")
        results.beginArray()
        Self.write(place, to: &results)
        results.endArray()
        if let related {
            results.name("relatedLocations")
            results.beginArray()
            Self.write(related.place, message: related.message, to: &results)
            results.endArray()
        }
        if let suppression {
            results.name("suppressions")
            results.beginArray()
            results.beginObject()
            results.member("kind", "inSource")
            results.member("justification", suppression)
            results.endObject()
            results.endArray()
        }
        results.endObject()
    }

    /// Adds what the tool has to say of its run.
    mutating func addNotification(_ message: String, at place: SourceLocation?) {
        notifications.append((message, place))
    }

    private static func writeMessage(_ text: String, named name: String = "message", to json: inout JSONWriter) {
        json.name(name)
        json.beginObject()
        json.member("text", text)
        json.endObject()
    }

    private static func write(_ place: SourceLocation, message: String? = nil, to json: inout JSONWriter) {
        json.beginObject()
        json.name("physicalLocation")
        json.beginObject()
        json.name("artifactLocation")
        json.beginObject()
        json.member("uri", URIText.ofPath(place.file))
        json.endObject()
        json.name("region")
        json.beginObject()
        json.member("startLine", max(1, place.line))
        json.member("startColumn", max(1, place.column))
        json.endObject()
        json.endObject()
        if let message { writeMessage(message, to: &json) }
        json.endObject()
    }

    /// The whole log, with a line feed at its end.
    var finished: [UInt8] {
        var results = results
        results.endArray()
        var json = JSONWriter()
        json.beginObject()
        json.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        json.member("version", "2.1.0")
        json.name("runs")
        json.beginArray()
        json.beginObject()
        json.name("tool")
        json.beginObject()
        json.name("driver")
        json.beginObject()
        json.member("name", tool)
        json.member("version", ProductVersion.current)
        json.name("rules")
        json.beginArray()
        for rule in rules {
            json.beginObject()
            json.member("id", rule.identifier)
            Self.writeMessage(rule.sentence, named: "shortDescription", to: &json)
            if let help = rule.help { Self.writeMessage(help, named: "help", to: &json) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endObject()
        json.member("columnKind", "unicodeCodePoints")
        if !notifications.isEmpty || hasFailed { writeInvocation(to: &json) }
        json.name("results")
        return json.bytes + results.bytes + Array("}]}\n".utf8)
    }

    private func writeInvocation(to json: inout JSONWriter) {
        json.name("invocations")
        json.beginArray()
        json.beginObject()
        json.name("executionSuccessful")
        json.bool(!hasFailed)
        json.name("toolExecutionNotifications")
        json.beginArray()
        for notification in notifications {
            json.beginObject()
            json.member("level", Level.note.rawValue)
            Self.writeMessage(notification.message, to: &json)
            if let place = notification.place {
                json.name("locations")
                json.beginArray()
                Self.write(place, to: &json)
                json.endArray()
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endArray()
    }
}
