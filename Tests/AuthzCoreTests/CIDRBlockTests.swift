import AuthzCore
import Testing

@Suite struct CIDRBlockTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String, written: String?, why: String
        var testDescription: String { "`\(text)`: \(why)" }
    }

    @Test(
        "a block is an address and a length, or one address",
        arguments: [
            Case(text: "10.0.0.0/8", written: "10.0.0.0/8", why: "IPv4"),
            Case(text: "10.1.2.3/8", written: "10.0.0.0/8", why: "host bits are dropped"),
            Case(text: "10.1.2.3/0", written: "0.0.0.0/0", why: "everything"),
            Case(text: "10.1.2.3/32", written: "10.1.2.3/32", why: "one address"),
            Case(text: "10.1.2.3", written: "10.1.2.3/32", why: "one address without length"),
            Case(text: "10.1.2.3/33", written: nil, why: "too long"),
            Case(text: "10.1.2.3/", written: nil, why: "no length"),
            Case(text: "10.1.2.3/08", written: nil, why: "a leading zero"),
            Case(text: "10.1.2.3/00", written: nil, why: "two zeros"),
            Case(text: "10.1.2.3/+8", written: nil, why: "a sign"),
            Case(text: "10.1.2.3/-1", written: nil, why: "negative"),
            Case(text: "10.1.2.3/8/8", written: nil, why: "two lengths"),
            Case(text: "10.0.0/8", written: nil, why: "three octets"),
            Case(text: "/8", written: nil, why: "no address"),
            Case(text: "10.1.2.3/ 8", written: nil, why: "a blank"),
            Case(text: "10.1.2.3/255.0.0.0", written: nil, why: "a mask"),
            Case(text: "2001:db8::1/32", written: "2001:db8::/32", why: "IPv6"),
            Case(text: "2001:db8::1/65", written: "2001:db8::/65", why: "beyond the first half"),
            Case(text: "2001:db8::1", written: "2001:db8::1/128", why: "one address without length"),
            Case(text: "::/0", written: "::/0", why: "everything"),
            Case(text: "::1/129", written: nil, why: "too long"),
            Case(text: "::ffff:10.0.0.0/104", written: "::ffff:a00:0/104", why: "IPv4 mapped stays IPv6"),
            Case(text: "fe80::1%eth0", written: "fe80::1/128", why: "a zone in one address is dropped"),
            Case(text: "fe80::1%eth0/64", written: nil, why: "a zone in a block"),
            Case(text: "", written: nil, why: "empty"),
        ])
    func parsing(_ c: Case) {
        let block = CIDRBlock(parsing: Array(c.text.utf8).span)
        #expect(block?.description == c.written)
    }

    struct Match: Sendable, CustomTestStringConvertible {
        var block: String, address: String, contains: Bool, why: String
        var testDescription: String { "\(block) and \(address): \(why)" }
    }

    @Test(
        "a block holds the addresses of its family that share the prefix",
        arguments: [
            Match(block: "10.0.0.0/8", address: "10.255.255.255", contains: true, why: "the last"),
            Match(block: "10.0.0.0/8", address: "11.0.0.0", contains: false, why: "the next"),
            Match(block: "10.0.0.0/8", address: "9.255.255.255", contains: false, why: "the one before"),
            Match(block: "10.0.0.128/25", address: "10.0.0.128", contains: true, why: "the first"),
            Match(block: "10.0.0.128/25", address: "10.0.0.127", contains: false, why: "the one before"),
            Match(block: "10.0.0.1", address: "10.0.0.1", contains: true, why: "the address itself"),
            Match(block: "10.0.0.1", address: "10.0.0.0", contains: false, why: "another"),
            Match(block: "0.0.0.0/0", address: "255.1.2.3", contains: true, why: "every IPv4 address"),
            Match(block: "0.0.0.0/0", address: "::1", contains: false, why: "no IPv6 address"),
            Match(block: "::/0", address: "1.2.3.4", contains: false, why: "no IPv4 address"),
            Match(block: "::/0", address: "ffff::", contains: true, why: "every IPv6 address"),
            Match(block: "::ffff:0:0/96", address: "10.0.0.1", contains: false, why: "mapped is IPv6"),
            Match(block: "::ffff:0:0/96", address: "::ffff:10.0.0.1", contains: true, why: "mapped in mapped"),
            Match(block: "2001:db8::/64", address: "2001:db8::ffff:0:0:1", contains: true, why: "64 bits"),
            Match(block: "2001:db8::/64", address: "2001:db8:0:1::", contains: false, why: "64 bits, the next"),
            Match(block: "2001:db8::/65", address: "2001:db8::8000:0:0:0", contains: false, why: "65 bits, the next"),
            Match(block: "2001:db8::/63", address: "2001:db8:0:1::", contains: true, why: "63 bits"),
            Match(block: "::1", address: "::1", contains: true, why: "the address itself"),
            Match(block: "::1", address: "::", contains: false, why: "another"),
        ])
    func matching(_ c: Match) throws {
        let parsed = (CIDRBlock(parsing: Array(c.block.utf8).span), IPAddress(parsing: Array(c.address.utf8).span))
        let block = try #require(parsed.0)
        let address = try #require(parsed.1)
        #expect(block.contains(address) == c.contains)
    }
}
