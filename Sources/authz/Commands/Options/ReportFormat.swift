import ArgumentParser

/// How the results of many checks are written: for people, for programs, and for those who gather them.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, json, junit, tap, github, sarif
}
