package import AuthzCore

/// One document of a `*_test.yaml` file: cases, and the policies under which they are decided.
package struct Suite: Sendable {
    /// One to begin with, which runs whatever the policies are.
    package static let smallest =
        "tests: [{name: the first, destination: {namespace: default}, request: {method: GET, path: /}, expect: allow}]"

    /// Where the policies of a suite come from.
    package enum Policies: Sendable {
        /// The policies and mesh settings of the command line.
        case commandLine
        /// Files and folders, relative to the suite's file. An empty list is the empty set.
        case paths([Located<String>])
        /// Multi-document YAML inside the suite. Empty text is the empty set.
        case text(DocumentNode.Scalar)
    }

    /// The key set that stands for what a `jwksUri` would answer.
    package struct KeyDocument: Sendable {
        package enum Content: Sendable {
            /// A path relative to the suite's file.
            case file(String)
            /// The document itself, as JSON text.
            case inline(json: String)
        }

        package var uri: String
        package var content: Content
        /// Where the path or the document stands.
        package var location: SourceLocation

        package init(uri: String, content: Content, location: SourceLocation) {
            self.uri = uri
            self.content = content
            self.location = location
        }
    }

    /// Empty where none is written.
    package var description = ""
    package var policies = Policies.commandLine
    /// `nil` where none are written: Istio's defaults, or the command line's with ``Policies/commandLine``.
    package var mesh: MeshSettings?
    /// What enforces the policies; `nil` where it is not written: as the command line says.
    package var profile: Profile?
    /// The answer assumed of CUSTOM providers; `nil` where it is not written: as the command line says.
    package var assumedCustomAnswer: Expectation.Outcome?
    package var keyDocuments: [KeyDocument] = []
    /// The files whose fixtures the cases may name, as they are seen from where the suite was read.
    package var fixtureFiles: [String] = []
    /// After the multiplication of lists, in the order in which they are written; the last list varies fastest.
    package var cases: [SuiteCase] = []
    /// Where the document begins.
    package var location: SourceLocation

    package init(location: SourceLocation) {
        self.location = location
    }

    /// A path that is written in a file, as it is seen from where that file was read.
    package static func path(_ written: String, in file: String) -> String {
        guard !written.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return written }
        return file[...slash] + written
    }
}
