import AuthzCore
import AuthzServer
import Testing

@Suite struct AddressGuardTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var address: String, isPermitted: Bool, why: String
        var testDescription: String { "\(address): \(why)" }
    }

    @Test(
        "SR-29: addresses that only the host may reach are refused",
        arguments: [
            Case(address: "169.254.169.254", isPermitted: false, why: "the metadata service"),
            Case(address: "169.254.0.0", isPermitted: false, why: "the first link-local address"),
            Case(address: "169.255.0.0", isPermitted: true, why: "the first address behind them"),
            Case(address: "169.253.255.255", isPermitted: true, why: "the last address before them"),
            Case(address: "100.100.100.200", isPermitted: false, why: "another cloud's metadata service"),
            Case(address: "100.100.100.201", isPermitted: true, why: "its neighbor"),
            Case(address: "fe80::1", isPermitted: false, why: "link-local"),
            Case(address: "febf:ffff::1", isPermitted: false, why: "the end of fe80::/10"),
            Case(address: "fec0::1", isPermitted: true, why: "behind fe80::/10"),
            Case(address: "fd00:ec2::254", isPermitted: false, why: "the metadata service over IPv6"),
            Case(address: "fd00:ec3::254", isPermitted: true, why: "a private address"),
            Case(address: "::ffff:169.254.169.254", isPermitted: false, why: "the metadata service, mapped"),
            Case(address: "::169.254.169.254", isPermitted: false, why: "the metadata service, compatible form"),
            Case(address: "64:ff9b::169.254.169.254", isPermitted: false, why: "the metadata service behind NAT64"),
            Case(address: "fd20:ce::254", isPermitted: false, why: "a metadata service over IPv6"),
            Case(address: "fd20:ce::253", isPermitted: true, why: "its neighbor"),
            Case(address: "64:ff9b:1::169.254.169.254", isPermitted: false, why: "a NAT64 prefix of 96 bits"),
            Case(address: "64:ff9b:1:ffff::169.254.1.1", isPermitted: false, why: "likewise, with another prefix"),
            Case(address: "64:ff9b:1:a9fe:a9:fe00::", isPermitted: false, why: "a prefix of 48 bits"),
            Case(address: "64:ff9b:1:5a9:fe:a9fe::", isPermitted: false, why: "a prefix of 56 bits"),
            Case(address: "64:ff9b:1:5:a9:fea9:fe00:0", isPermitted: false, why: "a prefix of 64 bits"),
            Case(address: "64:ff9b:1::10.0.0.1", isPermitted: true, why: "a private address behind NAT64"),
            Case(address: "64:ff9b:2::169.254.169.254", isPermitted: true, why: "no prefix of a NAT64"),
            Case(address: "2002:a9fe:a9fe::1", isPermitted: false, why: "6to4"),
            Case(address: "2002:a9ff:a9fe::1", isPermitted: true, why: "6to4 of an address behind them"),
            Case(address: "2003:a9fe:a9fe::1", isPermitted: true, why: "not 6to4"),
            Case(address: "::ffff:0:169.254.169.254", isPermitted: false, why: "a translator without state"),
            Case(address: "::fffe:0:169.254.169.254", isPermitted: true, why: "not its prefix"),
            Case(address: "::ffff:10.0.0.1", isPermitted: true, why: "a mapped private address"),
            Case(address: "::1", isPermitted: true, why: "loopback: issuers run beside the service"),
            Case(address: "127.0.0.1", isPermitted: true, why: "loopback"),
            Case(address: "10.0.0.1", isPermitted: true, why: "issuers live in private networks"),
        ])
    func permits(_ c: Case) throws {
        let parsed = IPAddress(parsing: c.address.utf8.span)
        let address = try #require(parsed)
        #expect(AddressGuard.standard.permits(address) == c.isPermitted)
    }
}
