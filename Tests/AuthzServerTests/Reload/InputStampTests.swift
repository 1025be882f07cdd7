import AuthzServer
import Testing

@Suite struct InputStampTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var change: @Sendable (FileScene) throws -> Void, isChange: Bool, why: String
        var testDescription: String { why }
    }

    @Test(
        "a stamp changes with what is read, and with nothing else",
        arguments: [
            Case(change: { _ in }, isChange: false, why: "nothing happens"),
            Case(change: { try $0.write("aa", to: "p/a.yaml") }, isChange: true, why: "a file is written to"),
            Case(
                change: { try $0.write("a", to: "p/a.yaml", isAtomic: true) }, isChange: true,
                why: "a file is replaced by one that looks the same"),
            Case(change: { try $0.write("n", to: "p/new.yaml") }, isChange: true, why: "a file comes"),
            Case(
                change: { try $0.write("n", to: "p/sub/new.yml") }, isChange: true, why: "a file comes, one folder down"
            ),
            Case(change: { try $0.remove("p/a.yaml") }, isChange: true, why: "a file goes"),
            Case(change: { try $0.write("n", to: "p/.a.yaml.swp") }, isChange: false, why: "an editor's file"),
            Case(change: { try $0.write("n", to: "p/readme.md") }, isChange: false, why: "a file that is not read"),
            Case(change: { try $0.write("n", to: "p/a_test.yaml") }, isChange: false, why: "a suite is not read"),
            Case(
                change: { try $0.write("mm", to: "mesh") }, isChange: true,
                why: "a file that is named, whatever its name"),
            Case(change: { try $0.remove("mesh") }, isChange: true, why: "a file that is named goes"),
            Case(change: { try $0.link("p/..data", to: "..2") }, isChange: true, why: "a link to a folder is swapped"),
            Case(change: { try $0.link("p/loop", to: ".") }, isChange: false, why: "a folder is entered once"),
        ])
    func changes(_ c: Case) throws {
        let scene = try FileScene()
        for folder in ["p", "p/sub", "p/..1", "p/..2"] { try scene.makeFolder(folder) }
        try scene.write("a", to: "p/a.yaml")
        try scene.write("b", to: "p/..1/b.yaml")
        try scene.write("b", to: "p/..2/b.yaml")
        try scene.link("p/..data", to: "..1")
        try scene.link("p/b.yaml", to: "..data/b.yaml")
        try scene.write("m", to: "mesh")
        let paths = [scene.path("p"), scene.path("mesh"), "-"]
        let before = InputStamp(of: paths)
        try c.change(scene)
        #expect((InputStamp(of: paths) != before) == c.isChange)
    }
}
