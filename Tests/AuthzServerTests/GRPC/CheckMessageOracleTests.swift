import SwiftProtobuf
import Testing

@testable import AuthzServer

/// The scanner against a protobuf library that knows the same fields.
@Suite struct CheckMessageOracleTests {
    @Test("a generated message is read alike", arguments: 0..<20 as Range<UInt64>)
    func generated(seed: UInt64) throws {
        var generator = CheckGenerator(seed: seed)
        var message = CheckMessage()
        for _ in 0..<50 { try Self.compare(generator.bytes(), &message) }
    }

    @Test("every prefix of a message is read alike, or refused alike", arguments: 0..<10 as Range<UInt64>)
    func prefixes(seed: UInt64) throws {
        var generator = CheckGenerator(seed: 1000 + seed)
        let bytes = try generator.bytes()
        var message = CheckMessage()
        for end in 0...bytes.count { try Self.compare(Array(bytes[..<end]), &message) }
    }

    @Test("a broken message is read alike, or refused alike", arguments: 0..<20 as Range<UInt64>)
    func broken(seed: UInt64) throws {
        var generator = CheckGenerator(seed: 2000 + seed)
        var message = CheckMessage()
        for _ in 0..<20 {
            let bytes = try generator.bytes()
            for _ in 0..<25 { try Self.compare(generator.broken(bytes), &message) }
        }
    }

    /// - Parameter message: Reads one after the other, as that of an event loop does.
    private static func compare(_ bytes: [UInt8], _ message: inout CheckMessage) throws {
        let expected: CheckView?
        do { expected = CheckView(try Authz_Oracle_Check(serializedBytes: bytes)) } catch { expected = nil }
        let found: CheckView?
        do { found = try CheckView(scanning: bytes, with: &message) } catch { found = nil }
        #expect(found == expected, "\(bytes)")
    }
}
