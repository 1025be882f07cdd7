import AuthzCore

extension CheckRequest {
    /// Whether it is this method of HTTP. One that may be any text is none, whatever it looks like.
    func isMethod(_ name: StaticString) -> Bool {
        !operation.methodIsFree && slice(operation.method, equals: name)
    }
}
