import ArgumentParser

/// The answer assumed of a CUSTOM provider that cannot be asked.
enum CustomAnswer: String, ExpressibleByArgument, CaseIterable, Sendable {
    case allow, deny
}
