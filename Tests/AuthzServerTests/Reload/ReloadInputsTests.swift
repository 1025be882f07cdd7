import AuthzCore
import AuthzServer
import Testing

@Suite struct ReloadInputsTests {
    private struct Scene {
        let files: FileScene
        let inputs: ReloadInputs

        init() throws {
            files = try FileScene()
            try files.makeFolder("p")
            try files.write("a", to: "p/a.yaml")
            inputs = ReloadInputs(policies: [files.path("p")], keys: [])
        }
    }

    @Test("what is read at start is of one moment: where the files change meanwhile, they are read again")
    func atRest() throws {
        let scene = try Scene()
        var (reads, rests) = (0, 0)
        let (value, stamp) = try scene.inputs.readAtRest(
            rest: { rests += 1 },
            { () throws(InputError) in
                reads += 1
                if reads < 3 { try? scene.files.write("b\(reads)", to: "p/a.yaml", isAtomic: true) }
                return reads
            })
        #expect(value == 3)
        #expect(rests == 2)
        #expect(stamp == scene.inputs.stamp)
    }

    @Test("an error in files that change is none; one in files that rest is")
    func errors() throws {
        let scene = try Scene()
        let place = SourceLocation(file: "a.yaml", line: 1, column: 1)
        let problem = InputError([Diagnostic(.error, .invalidYAML, at: place, "half")])
        var reads = 0
        let read = try scene.inputs.readAtRest(
            rest: {},
            { () throws(InputError) in
                reads += 1
                guard reads == 1 else { return reads }
                try? scene.files.write("b", to: "p/a.yaml", isAtomic: true)
                throw problem
            })
        #expect(read.value == 2)
        let error = #expect(throws: InputError.self) {
            try scene.inputs.readAtRest(rest: {}, { () throws(InputError) in throw problem })
        }
        #expect(error?.diagnostics.map(\.message) == ["half"])
    }

    @Test("files that never rest are refused")
    func restless() throws {
        let scene = try Scene()
        var reads = 0
        let error = #expect(throws: InputError.self) {
            try scene.inputs.readAtRest(
                rest: {},
                { () throws(InputError) in
                    reads += 1
                    try? scene.files.write("b\(reads)", to: "p/a.yaml", isAtomic: true)
                })
        }
        #expect(error?.diagnostics.map(\.message) == ["the files change each time that they are read"])
        #expect(reads == 10)
    }
}
