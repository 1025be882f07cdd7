import AuthzEngine
import AuthzServer
import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct KeyInstallerTests {
    private let store: SnapshotStore
    private let installer: KeyInstaller

    init() throws {
        store = try CheckFixture(KeyScene.policies).store
        installer = KeyInstaller(
            names: KeySourceName.all(of: store.current.point).compactMap(\.self), store: store, options: KeyOptions())
    }

    private var keySet: KeySet? { store.current.point.keySets[0] }

    private func install(_ document: String) -> KeyInstaller.Installation {
        installer.install(Array(document.utf8), of: 0)
    }

    @Test("a key set is put in force under the next generation; the policies and what is wanted stay")
    func install() {
        let before = store.current
        #expect(install(TestSigner.p256.jwks()) == .installed(keys: 1))
        #expect(keySet?.keys.count == 1)
        #expect(store.current.point.generation == before.point.generation + 1)
        #expect(store.current.point.policySet === before.point.policySet)
        #expect(store.current.demand === before.demand)
        installer.removeKeys(of: 0)
        #expect(keySet == nil)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var document: String, replaces: Bool, why: String
        var testDescription: String { why }
    }

    @Test(
        "SR-27: what is no key set does not take the place of one",
        arguments: [
            Case(document: TestSigner.p384.jwks(), replaces: true, why: "another key"),
            Case(document: #"{"keys": []}"#, replaces: false, why: "no key"),
            Case(document: "{}", replaces: false, why: "no `keys`"),
            Case(document: "", replaces: false, why: "nothing"),
            Case(document: "<html>", replaces: false, why: "a page"),
            Case(document: String(TestSigner.p384.jwks().dropLast()), replaces: false, why: "cut off"),
            Case(document: #"{"keys": ["a", 1]}"#, replaces: false, why: "elements that are no keys"),
            Case(document: #"{"keys": [{"kty": "EC"}]}"#, replaces: false, why: "a key that Envoy takes for none"),
            Case(
                document: TestSigner.p384.jwks(["use": "\"enc\""]), replaces: true,
                why: "a key that Envoy takes and we leave out: those before are the issuer's no more (SR-30)"),
        ])
    func replacing(_ c: Case) {
        #expect(install(TestSigner.p256.jwks()) == .installed(keys: 1))
        let before = keySet
        let answer = install(c.document)
        #expect((keySet !== before) == c.replaces)
        if case .refused = answer { #expect(!c.replaces) } else { #expect(c.replaces) }
    }

    @Test("SR-27: no part of a key set takes its place")
    func prefixes() {
        let document = Array(KeyScene.keySet(.p256, keyID: "a").utf8)
        #expect(installer.install(document, of: 0) == .installed(keys: 1))
        let before = keySet
        for count in document.indices {
            #expect(installer.install(Array(document[..<count]), of: 0) != .installed(keys: 1))
        }
        #expect(keySet === before)
    }

    @Test("a set that was read is in force only once it is installed, each time as the same object")
    func readOnly() throws {
        guard case .keySet(let read) = installer.read(Array(TestSigner.p256.jwks().utf8), of: 0) else {
            Issue.record("it is a key set")
            return
        }
        #expect(keySet == nil)
        read.install()
        let installed = try #require(keySet)
        installer.removeKeys(of: 0)
        read.install()
        #expect(keySet === installed)
    }

    @Test("of many elements that are left out eight are named, and the others counted", arguments: [8, 9, 255])
    func manyRemarks(_ count: Int) {
        let empty = String(repeating: ",{}", count: count)
        let answer = install(#"{"keys":[\#(TestSigner.p256.jwk())\#(empty)]}"#)
        let named = (2...9).map { "key \($0) is left out: [kty] is missing in [keys]" }
        #expect(answer == .installed(keys: 1, remarks: count == 8 ? named : named + ["… and \(count - 8) more"]))
    }

    @Test("a set of too many elements does not take the place of one")
    func tooMany() {
        #expect(install(TestSigner.p256.jwks()) == .installed(keys: 1))
        let many = String(repeating: "{},", count: 256)
        let answer = install(#"{"keys":[\#(many)\#(TestSigner.p384.jwk())]}"#)
        #expect(answer == .refused(reason: "[keys] in Jwks has 257 elements, more than 256"))
        #expect(keySet?.keys.count == 1)
    }

    @Test("each element that is left out is told")
    func remarks() {
        #expect(
            install(TestSigner.p384.jwks(["use": "\"enc\""]))
                == .installed(keys: 0, remarks: ["key 1 is left out: its `use` is not `sig`"]))
    }
}
