import AuthzCore
import Testing

@Suite struct IPAddressTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String, written: String?, why: String
        var testDescription: String { "`\(text)`: \(why)" }
    }

    @Test(
        "an address is read as Go's netip reads it",
        arguments: [
            Case(text: "10.0.0.1", written: "10.0.0.1", why: "IPv4"),
            Case(text: "0.0.0.0", written: "0.0.0.0", why: "all zeros"),
            Case(text: "255.255.255.255", written: "255.255.255.255", why: "all ones"),
            Case(text: "", written: nil, why: "empty"),
            Case(text: "10.0.0", written: nil, why: "three octets"),
            Case(text: "10.0.0.1.1", written: nil, why: "five octets"),
            Case(text: "10.0.0.256", written: nil, why: "an octet too large"),
            Case(text: "10.0.0.01", written: nil, why: "a leading zero"),
            Case(text: "10.0.0.00", written: nil, why: "two zeros"),
            Case(text: "10.0..1", written: nil, why: "an empty octet"),
            Case(text: "10.0.0.1 ", written: nil, why: "a blank"),
            Case(text: "10.0.0.1:80", written: nil, why: "a port"),
            Case(text: "0x10.0.0.1", written: nil, why: "hexadecimal"),
            Case(text: "-1.0.0.1", written: nil, why: "a sign"),
            Case(text: "10.0.0.1%eth0", written: nil, why: "a zone"),
            Case(text: "::", written: "::", why: "all zeros"),
            Case(text: "::1", written: "::1", why: "zeros in front"),
            Case(text: "1::", written: "1::", why: "zeros behind"),
            Case(text: "2001:db8::8:800:200c:417a", written: "2001:db8::8:800:200c:417a", why: "zeros between"),
            Case(text: "2001:DB8:0:0:8:800:200C:417A", written: "2001:db8::8:800:200c:417a", why: "written out"),
            Case(text: "1:2:3:4:5:6:7:8", written: "1:2:3:4:5:6:7:8", why: "eight groups"),
            Case(text: "1:2:3:4:5:6:7::", written: "1:2:3:4:5:6:7:0", why: "`::` for one group behind"),
            Case(text: "::2:3:4:5:6:7:8", written: "0:2:3:4:5:6:7:8", why: "`::` for one group in front"),
            Case(text: "1:0:0:2:0:0:0:3", written: "1:0:0:2::3", why: "the longest run is shortened"),
            Case(text: "1:0:0:2:3:0:0:4", written: "1::2:3:0:0:4", why: "the first of two runs is shortened"),
            Case(text: "0001:0002::", written: "1:2::", why: "leading zeros in a group"),
            Case(text: "::ffff:10.0.0.1", written: "::ffff:a00:1", why: "IPv4 mapped stays IPv6"),
            Case(text: "1:2:3:4:5:6:1.2.3.4", written: "1:2:3:4:5:6:102:304", why: "IPv4 for the last two groups"),
            Case(text: "1:2:3:4:5:6:7:8:9", written: nil, why: "nine groups"),
            Case(text: "1:2:3:4:5:6:7", written: nil, why: "seven groups"),
            Case(text: "1:2:3:4::5:6:7:8", written: nil, why: "`::` for no group"),
            Case(text: "1:2:3:4:5:6:7:8::", written: nil, why: "`::` behind all"),
            Case(text: "1::2::3", written: nil, why: "`::` twice"),
            Case(text: ":::", written: nil, why: "three colons"),
            Case(text: ":", written: nil, why: "one colon"),
            Case(text: ":1", written: nil, why: "a colon in front"),
            Case(text: "1:2:3:4:5:6:7:", written: nil, why: "a colon behind"),
            Case(text: "12345::", written: nil, why: "five digits"),
            Case(text: "g::", written: nil, why: "no hexadecimal digit"),
            Case(text: "[::1]", written: nil, why: "brackets"),
            Case(text: "::1.2.3", written: nil, why: "three octets"),
            Case(text: "::1.2.3.04", written: nil, why: "a leading zero in an octet"),
            Case(text: "1:2:3:4:5:1.2.3.4", written: nil, why: "IPv4 too early"),
            Case(text: "1:2:3:4:5:6:7:1.2.3.4", written: nil, why: "IPv4 too late"),
            Case(text: "::1.2.3.4:5", written: nil, why: "IPv4 not last"),
            Case(text: "fe80::1%eth0", written: nil, why: "a zone where none is allowed"),
        ])
    func parsing(_ c: Case) {
        let address = IPAddress(parsing: Array(c.text.utf8).span)
        #expect(address?.description == c.written)
        if let written = c.written {
            let again = IPAddress(parsing: Array(written.utf8).span)
            #expect(again == address)
        }
    }

    @Test("a zone is dropped where it is allowed")
    func zones() {
        for (text, written) in [
            ("fe80::1%eth0", "fe80::1"), ("fe80::1%", nil), ("fe80::%1%2", "fe80::"), ("1.2.3.4%e", nil),
        ] {
            let address = IPAddress(parsing: Array(text.utf8).span, allowsZone: true)
            #expect(address?.description == written, "\(text)")
        }
    }

    @Test("families keep apart")
    func families() {
        let mapped = IPAddress(parsing: Array("::ffff:10.0.0.1".utf8).span)
        let plain = IPAddress(parsing: Array("10.0.0.1".utf8).span)
        #expect(mapped?.family == .v6)
        #expect(plain?.family == .v4)
        #expect(mapped != plain)
    }

    @Test("no prefix of a text stops the process")
    func truncation() {
        for text in ["2001:db8::8:800:10.0.0.1%eth0", "1:2:3:4:5:6:7:8", "255.255.255.255"] {
            let bytes = Array(text.utf8)
            for count in 0..<bytes.count {
                let address = IPAddress(parsing: bytes.span.extracting(0..<count), allowsZone: true)
                if let address { #expect(!address.description.isEmpty) }
            }
        }
    }
}
