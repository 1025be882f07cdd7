import Foundation

/// How many generated cases are tried. A thousand take some minutes, so all runs but those that ask for more try fewer, the first
/// ones of the same sequence.
enum GeneratedCases {
    static let count = ProcessInfo.processInfo.environment["AUTHZ_GENERATED"].flatMap(Int.init) ?? 200
}
