import Testing

@testable import authz

@Suite struct FileDescriptorLimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var count: Int, keySources = 0, cores = 2, connections: Int, why: String
        var testDescription: String { why }
    }

    @Test(
        "the connections of two listeners leave descriptors for files and fetches",
        arguments: [
            Case(count: 1_048_576, connections: 10_000, why: "plenty: what is wanted"),
            Case(count: .max, connections: 10_000, why: "no limit"),
            Case(count: 1024, connections: 476, why: "half of what is left"),
            Case(count: 1024, keySources: 10, connections: 456, why: "four for each key set"),
            Case(count: 1024, keySources: 1000, connections: 348, why: "key sets take a quarter at most"),
            Case(count: 1024, cores: 64, connections: 352, why: "event loops have some, too"),
            Case(count: 64, connections: 1, why: "too few for anything"),
        ])
    func connections(_ c: Case) {
        let limit = FileDescriptorLimit(count: c.count)
        #expect(
            limit.connections(atMost: 10_000, listeners: 2, keySources: c.keySources, cores: c.cores) == c.connections)
    }
}
