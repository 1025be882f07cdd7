import AuthzCore

/// The values that a field of a case takes in turn: one where no list is written.
struct SuiteAlternatives<Value> {
    /// What a failed case says of its value, such as `method PUT`; empty where no list is written.
    var choices: [(value: Value, label: String)]

    /// A field that is written without a list.
    static func single(_ value: Value) -> SuiteAlternatives {
        SuiteAlternatives(choices: [(value, "")])
    }

    /// A field that is written as a list. Each label is the field and the value's name, or its position where it has none.
    ///
    /// - Parameter names: `nil` for a value that is written out, or is not to be shown.
    static func list(_ field: String, _ values: [Value], names: [String?]) -> SuiteAlternatives {
        let labels = names.enumerated().map { "\(field) \($0.element ?? "#\($0.offset + 1)")" }
        return SuiteAlternatives(choices: Array(zip(values, labels)))
    }
}

/// The values of all fields of a case that may be lists.
struct SuiteCaseAxes {
    var source: SuiteAlternatives<RequestDocument.Source>
    var destination: SuiteAlternatives<RequestDocument.Destination>
    var token: SuiteAlternatives<RequestDocument.Token?>
    var method: SuiteAlternatives<Text>
    var path: SuiteAlternatives<Text>
    var host: SuiteAlternatives<Text>

    /// A text of the request, and where it is written; `nil` for one that is not.
    struct Text {
        var value: String
        var location: SourceLocation?

        init(_ value: String, at location: SourceLocation? = nil) {
            self.value = value
            self.location = location
        }
    }

    /// How many cases the lists make; the largest number where it does not fit.
    var caseCount: Int {
        let counts = [
            source.choices.count, destination.choices.count, token.choices.count, method.choices.count,
            path.choices.count, host.choices.count,
        ]
        return counts.reduce(1) { product, count in
            let (result, overflows) = product.multipliedReportingOverflow(by: count)
            return overflows ? .max : result
        }
    }

    /// The request documents of all combinations, the last list varying fastest, each with its label.
    ///
    /// - Parameter template: Holds what does not vary. A template without a request stays a connection.
    func multiply(_ template: RequestDocument) -> [(request: RequestDocument, variant: String)] {
        var results: [(request: RequestDocument, variant: String)] = [(template, "")]
        results.extend(by: source) { $0.source = $1 }
        results.extend(by: destination) { $0.destination = $1 }
        results.extend(by: token) { $0.token = $1 }
        if template.request != nil {
            results.extend(by: method) {
                $0.request?.method = $1.value
                $0.request?.places["method"] = $1.location
            }
            results.extend(by: path) {
                $0.request?.path = $1.value
                $0.request?.places["path"] = $1.location
            }
            results.extend(by: host) {
                $0.request?.host = $1.value
                $0.request?.places["host"] = $1.location
            }
        }
        return results
    }
}

extension [(request: RequestDocument, variant: String)] {
    /// Replaces each element by one for each choice.
    fileprivate mutating func extend<Value>(
        by alternatives: SuiteAlternatives<Value>, _ set: (inout RequestDocument, Value) -> Void
    ) {
        self = flatMap { element in
            alternatives.choices.map { choice in
                var request = element.request
                set(&request, choice.value)
                let separator = element.variant.isEmpty || choice.label.isEmpty ? "" : ", "
                return (request, element.variant + separator + choice.label)
            }
        }
    }
}
