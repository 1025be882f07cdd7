import Foundation

/// What was waited for did not come.
struct TimedOut: Error, CustomStringConvertible {
    var description: String
}

/// Looks again and again until there is a value.
///
/// - Throws: ``TimedOut`` after `limit`, which is generous: it is reached only where something is broken.
func poll<Value>(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(30), _ value: () throws -> Value?
) throws -> Value {
    let end = ContinuousClock.now + limit
    repeat {
        if let found = try value() { return found }
        Thread.sleep(forTimeInterval: 0.01)
    } while ContinuousClock.now < end
    throw TimedOut(description: "no \(what()) within \(limit)")
}
