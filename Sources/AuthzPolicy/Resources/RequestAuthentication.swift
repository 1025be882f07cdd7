package import AuthzCore

/// A RequestAuthentication as written (security.istio.io `v1` and `v1beta1`), after the checks of admission.
package struct RequestAuthentication: Sendable {
    package var metadata: ResourceMetadata
    package var attachment: Attachment
    /// Where the labels of the selector, or the names of targets, are written.
    package var attachmentPlaces: [String: SourceLocation] = [:]
    package var rules: [JWTRule]

    package init(metadata: ResourceMetadata, attachment: Attachment, rules: [JWTRule]) {
        self.metadata = metadata
        self.attachment = attachment
        self.rules = rules
    }

    /// One accepted issuer.
    package struct JWTRule: Sendable {
        /// Where the keys come from.
        package enum Keys: Sendable {
            /// The text of an inline key set.
            case inline(Located<String>)
            case uri(Located<String>)
            /// From the issuer's OpenID configuration.
            case discovery
        }

        package struct HeaderLocation: Sendable, Equatable {
            package var name: String
            /// Text before the token; empty where none is written.
            package var prefix: String

            package init(name: String, prefix: String = "") {
                self.name = name
                self.prefix = prefix
            }
        }

        package struct ClaimHeader: Sendable, Equatable {
            package var header: String
            package var claim: String

            package init(header: String, claim: String) {
                self.header = header
                self.claim = claim
            }
        }

        /// Empty: any issuer, or none.
        package var issuer: String = ""
        /// Empty: no audience check.
        package var audiences: [String] = []
        /// Where each audience is written.
        package var audienceLocations: [SourceLocation] = []
        package var keys: Keys = .discovery
        package var fromHeaders: [HeaderLocation] = []
        package var fromParams: [String] = []
        package var fromCookies: [String] = []
        package var outputPayloadToHeader: String?
        package var outputClaimToHeaders: [ClaimHeader] = []
        package var forwardOriginalToken = false
        package var spaceDelimitedClaims: [String] = []
        /// How long a fetch of the keys may take.
        package var timeout: Duration = .seconds(5)
        package var location: SourceLocation

        package init(location: SourceLocation) {
            self.location = location
        }
    }
}
