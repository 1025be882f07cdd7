import Foundation
import Testing

@testable import authz

/// The schema of `authz.yaml` in `examples/schemas`.
@Suite struct ConfigurationSchemaTests {
    private let properties: [String: [String: Any]]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "examples/schemas/configuration.schema.json")
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        #expect(schema["additionalProperties"] as? Bool == false)
        properties = try #require(schema["properties"] as? [String: [String: Any]])
    }

    @Test("it has every key, with the values that the key may have, and no other")
    func keys() {
        #expect(Set(properties.keys) == Set(ConfigurationKey.all.map(\.name)))
        for key in ConfigurationKey.all {
            let property = properties[key.name] ?? [:]
            let reference = property["$ref"] as? String
            switch key.kind {
            case .text, .path: #expect(reference == "request.schema.json#/$defs/optionalName", "\(key.name)")
            case .flag: #expect(property["type"] as? [String] == ["boolean", "null"], "\(key.name)")
            case .number(let range):
                #expect(property["type"] as? [String] == ["integer", "null"], "\(key.name)")
                #expect(property["minimum"] as? Int == Int(range.lowerBound), "\(key.name)")
                #expect(property["maximum"] as? Int == Int(range.upperBound), "\(key.name)")
            case .choice(let names):
                #expect((property["enum"] as? [Any] ?? []).compactMap { $0 as? String } == names, "\(key.name)")
            case .texts: #expect(reference == "#/$defs/texts", "\(key.name)")
            case .paths: #expect(reference == "#/$defs/paths", "\(key.name)")
            case .keySets: #expect(reference == "suite.schema.json#/properties/jwks", "\(key.name)")
            }
        }
    }

    @Test("it says of each key what the help says of the option")
    func descriptions() throws {
        var help: [String: Set<String>] = [:]
        func collect(_ command: CommandDescription) {
            for argument in command.shownArguments {
                for name in argument.names ?? [] { help[name.text, default: []].insert(argument.abstract ?? "") }
            }
            command.commands.forEach(collect)
        }
        collect(try CommandDescription.program())
        for key in ConfigurationKey.all {
            let description = properties[key.name]?["description"] as? String ?? ""
            #expect(help["--\(key.option)"]?.contains(description) == true, "\(key.name): \(description)")
        }
    }
}
