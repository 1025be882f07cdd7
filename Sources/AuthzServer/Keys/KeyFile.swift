package import AuthzEngine
import AuthzToken

/// A file that gives the key set of one or more sources of the policy set.
package struct KeyFile: Sendable, Hashable {
    package var path: String
    /// Places in the key sources of the policy set.
    package var indices: [Int]

    package init(path: String, indices: [Int]) {
        self.path = path
        self.indices = indices
    }

    /// The files from which a decision point has keys.
    package static func all(of point: DecisionPoint) -> [KeyFile] {
        var files: [KeyFile] = []
        for index in point.keySets.indices {
            guard let origin = point.keySets[index]?.origin, case .file(let path) = origin else { continue }
            if let known = files.firstIndex(where: { $0.path == path }) {
                files[known].indices.append(index)
            } else {
                files.append(KeyFile(path: path, indices: [index]))
            }
        }
        return files
    }
}
