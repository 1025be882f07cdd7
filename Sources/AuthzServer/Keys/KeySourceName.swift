package import AuthzEngine
import AuthzToken

/// Names a source of keys the same way in every policy set, so that its keys and its state outlive a reload.
package enum KeySourceName: Sendable, Hashable {
    /// Fetched for the rules of one issuer.
    case remote(KeyLocation, issuer: String, timeout: Duration)
    /// A file that stands for one or more sources.
    case file(String)

    /// The names by the key sources of the policy set; `nil` for keys that are written in the policies, or in the
    /// configuration for them.
    package static func all(of point: DecisionPoint) -> [KeySourceName?] {
        point.policySet.keySources.indices.map { index in
            switch point.keySets[index]?.origin {
            case .file(let path): return .file(path)
            case .configuration: return nil
            case .inline, .fetched, nil: break
            }
            let issuer = point.policySet.issuer(ofKeySource: index)
            switch point.policySet.keySources[index] {
            case .inline: return nil
            case .uri(let url, let timeout): return .remote(.url(url), issuer: issuer, timeout: timeout)
            case .discovery(let issuer, let timeout):
                return .remote(.discovery(issuer: issuer), issuer: issuer, timeout: timeout)
            }
        }
    }

    /// Where the keys of this source come from, as a set says it.
    var origin: KeyOptions.Origin {
        switch self {
        case .remote: .fetched
        case .file(let path): .file(path)
        }
    }
}
