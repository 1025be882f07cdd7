import AuthzTestSupport
import Foundation
import SwiftProtobuf

/// Makes check requests, and breaks them, from a seed.
struct CheckGenerator {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func check() -> Authz_Oracle_Check {
        Authz_Oracle_Check.with { check in
            guard chance(9) else { return }
            check.attributes = .with { attributes in
                if chance(8) { attributes.source = peer() }
                if chance(8) { attributes.destination = peer() }
                if chance(8) { attributes.request = request() }
                attributes.contextExtensions = entries()
                if chance(3) { attributes.tlsSession = .with { $0.sni = text() } }
            }
        }
    }

    /// Bytes of one message, of two that are one then, with unknown fields, or of a broken one.
    mutating func bytes() throws -> [UInt8] {
        var bytes: [UInt8] = try check().serializedBytes()
        if chance(2) { bytes += try check().serializedBytes() as [UInt8] }
        if chance(2) { bytes += unknownField() }
        return bytes
    }

    mutating func broken(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            default:
                let end = Int.random(in: place...min(bytes.count, place + 20), using: &random)
                bytes.insert(contentsOf: bytes[place..<end], at: place)
            }
        }
        return bytes
    }

    private mutating func peer() -> Authz_Oracle_Peer {
        .with { peer in
            peer.service = text()
            peer.principal = text()
            peer.labels = entries()
            if chance(2) { peer.certificate = text() }
            guard chance(8) else { return }
            peer.address = .with { address in
                switch Int.random(in: 0..<5, using: &random) {
                case 0: address.pipe = .init()
                case 1: address.envoyInternalAddress = .init()
                case 2: break
                default:
                    address.socketAddress = .with { socket in
                        socket.address = text()
                        if chance(8) { socket.portValue = .random(in: 0...70_000, using: &random) }
                        if chance(1) { socket.namedPort = text() }
                    }
                }
            }
        }
    }

    private mutating func request() -> Authz_Oracle_Request {
        .with { request in
            guard chance(9) else { return }
            request.http = .with { http in
                http.id = text()
                http.method = text()
                http.path = text()
                http.host = text()
                http.scheme = text()
                http.query = text()
                http.fragment = text()
                http.protocol = text()
                http.body = text()
                http.headers = entries()
                guard chance(3) else { return }
                http.headerMap = .with { map in
                    for entry in entries() {
                        map.headers.append(
                            .with { header in
                                header.key = entry.key
                                if chance(5) {
                                    header.value = entry.value
                                } else {
                                    header.rawValue = .init(entry.key.utf8)
                                }
                            })
                    }
                }
            }
        }
    }

    /// With few keys, so that some repeat.
    private mutating func entries() -> [Authz_Oracle_Entry] {
        (0..<Int.random(in: 0..<8, using: &random)).map { _ in
            .with { entry in
                if chance(9) { entry.key = "k" + String(Int.random(in: 0..<6, using: &random)) }
                if chance(9) { entry.value = text() }
            }
        }
    }

    private mutating func text() -> String {
        let alphabet: [Character] = ["a", "/", ":", " ", "é", "☃", "😀", "\u{0}", "\n", ","]
        let count = Int.random(in: 0..<14, using: &random)
        return String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
    }

    private mutating func unknownField() -> [UInt8] {
        let fields: [[UInt8]] = [
            [0xa0, 0x06, 0x01], [0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8], [0xa5, 0x06, 1, 2, 3, 4],
            [0xa2, 0x06, 0x01, 0xff],
            [0xa3, 0x06, 0x08, 0x01, 0xa4, 0x06], [0x08, 0x05], [0x0b, 0x0c],
        ]
        return fields[Int.random(in: 0..<fields.count, using: &random)]
    }

    /// In so many of ten cases.
    private mutating func chance(_ ofTen: Int) -> Bool { Int.random(in: 0..<10, using: &random) < ofTen }
}
