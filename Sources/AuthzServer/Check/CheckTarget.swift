package import AuthzCore

/// What the target of a request to the check listener asks for. Compared byte for byte: nothing in it is unescaped.
package enum CheckTarget: Sendable, Hashable {
    /// `/check`, then the original target.
    case check(path: ByteSlice)
    /// `/workload/NAMESPACE/NAME/check`, then the original target. The slice is `NAMESPACE/NAME`.
    case workload(name: ByteSlice, path: ByteSlice)
    /// `/forward-auth/PRESET`, or the same behind `/workload/NAMESPACE/NAME`, whatever the query. The slice is `NAMESPACE/NAME`.
    case forwardAuth(ForwardAuthPreset, name: ByteSlice?)
    /// `/v1/check`
    case documents
    /// `/v1/explain`
    case explanations
    /// The Authorization API 1.0, or the same behind `/workload/NAMESPACE/NAME`, which stands last where it is asked for its
    /// configuration. The slice is `NAMESPACE/NAME`.
    case access(AccessTarget, name: ByteSlice?)
    case unknown

    private static let checkPrefix: StaticString = "/check"
    private static let workloadPrefix: StaticString = "/workload/"
    private static let forwardAuthPrefix: StaticString = "/forward-auth/"
    private static let documentPath: StaticString = "/v1/check"
    private static let explanationPath: StaticString = "/v1/explain"

    /// - Parameter request: Its path is the target; a path that is made up is appended to its storage.
    package init(of request: inout CheckRequest) {
        let target = request.operation.path
        if request.slice(target, equals: Self.documentPath) {
            self = .documents
        } else if request.slice(target, equals: Self.explanationPath) {
            self = .explanations
        } else if let path = Self.path(behindCheckIn: target, of: &request) {
            self = .check(path: path)
        } else if let preset = Self.preset(in: target, of: request) {
            self = .forwardAuth(preset, name: nil)
        } else if let access = Self.access(in: target, of: request) {
            self = access
        } else if let (name, rest) = Self.workload(in: target, of: request) {
            if let path = Self.path(behindCheckIn: rest, of: &request) {
                self = .workload(name: name, path: path)
            } else if let preset = Self.preset(in: rest, of: request) {
                self = .forwardAuth(preset, name: name)
            } else if let question = [AccessTarget.evaluation, .evaluations].first(
                where: { request.slice(rest, equals: $0.path) })
            {
                self = .access(question, name: name)
            } else {
                self = .unknown
            }
        } else {
            self = .unknown
        }
    }

    /// Whether something is served at a path that begins like this one.
    static func begins(_ path: Span<UInt8>) -> Bool {
        path.hasPrefix(checkPrefix) || path.hasPrefix(workloadPrefix) || path.hasPrefix(documentPath)
            || path.hasPrefix(explanationPath) || path.hasPrefix(forwardAuthPrefix)
            || path.hasPrefix(AccessTarget.evaluation.path) || path.hasPrefix(AccessTarget.configuration.path)
    }

    /// Whether a target may be one whose answer depends on a body. Of some others it may be, too.
    static func readsBody(of request: borrowing CheckRequest) -> Bool {
        let target = request.operation.path
        if request.slice(target, equals: documentPath) || request.slice(target, equals: explanationPath) { return true }
        for access in [AccessTarget.evaluation, .evaluations] {
            let length = access.path.utf8CodeUnitCount
            guard Int(target.count) >= length else { continue }
            if request.slice(target.dropping(first: Int(target.count) - length), equals: access.path) { return true }
        }
        return false
    }

    private static func access(in target: ByteSlice, of request: borrowing CheckRequest) -> CheckTarget? {
        for access in AccessTarget.allCases where request.slice(target, equals: access.path) {
            return .access(access, name: nil)
        }
        let configuration = AccessTarget.configuration
        let length = configuration.path.utf8CodeUnitCount + workloadPrefix.utf8CodeUnitCount
        guard target.count > length,
            request.slice(target.prefix(configuration.path.utf8CodeUnitCount), equals: configuration.path)
        else { return nil }
        let rest = target.dropping(first: configuration.path.utf8CodeUnitCount)
        guard request.slice(rest.prefix(workloadPrefix.utf8CodeUnitCount), equals: workloadPrefix) else { return nil }
        let name = rest.dropping(first: workloadPrefix.utf8CodeUnitCount)
        let slashes = name.range.filter { request.storage[$0] == UInt8(ascii: "/") }
        return slashes.count == 1 ? .access(configuration, name: name) : nil
    }

    /// The preset behind `/forward-auth/`. Some proxies put the query of the original request behind it.
    private static func preset(in target: ByteSlice, of request: borrowing CheckRequest) -> ForwardAuthPreset? {
        let length = forwardAuthPrefix.utf8CodeUnitCount
        guard target.count > length, request.slice(target.prefix(length), equals: forwardAuthPrefix) else { return nil }
        let rest = target.dropping(first: length)
        let name = request.storage[rest.range].prefix { $0 != UInt8(ascii: "?") }
        return ForwardAuthPreset.allCases.first { name.elementsEqual($0.rawValue.utf8) }
    }

    /// What stands behind `/check`; `/` in front of it where that is nothing or a query.
    private static func path(behindCheckIn target: ByteSlice, of request: inout CheckRequest) -> ByteSlice? {
        let length = checkPrefix.utf8CodeUnitCount
        guard target.count >= length, request.slice(target.prefix(length), equals: checkPrefix) else { return nil }
        let rest = target.dropping(first: length)
        guard !rest.isEmpty else { return request.append("/") }
        switch request.storage[Int(rest.offset)] {
        case UInt8(ascii: "/"): return rest
        case UInt8(ascii: "*"): return rest.count == 1 ? rest : nil
        case UInt8(ascii: "?"):
            let start = request.storage.count
            request.append(UInt8(ascii: "/"))
            for index in rest.range { request.append(request.storage[index]) }
            return request.slice(from: start)
        default: return nil
        }
    }

    /// `NAMESPACE/NAME` behind `/workload/`, and what follows it.
    private static func workload(
        in target: ByteSlice, of request: borrowing CheckRequest
    ) -> (name: ByteSlice, rest: ByteSlice)? {
        let length = workloadPrefix.utf8CodeUnitCount
        guard target.count > length, request.slice(target.prefix(length), equals: workloadPrefix) else { return nil }
        let rest = target.dropping(first: length)
        var slashes = 0
        for index in rest.range where request.storage[index] == UInt8(ascii: "/") {
            slashes += 1
            guard slashes == 2 else { continue }
            let count = index - Int(rest.offset)
            return (rest.prefix(count), rest.dropping(first: count))
        }
        return nil
    }
}
