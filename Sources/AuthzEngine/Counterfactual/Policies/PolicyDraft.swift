import AuthzCore
import AuthzPolicy

/// Policies on their way to a change: their texts, and what comes of loading them.
struct PolicyDraft {
    let documents: PolicyDocuments
    let point: DecisionPoint
    private(set) var steps: [String] = []
    /// Whether each of them mends a slip in its place.
    private(set) var isRepair = true
    /// Whether one of them mends a slip, or stands beside one.
    private(set) var mendsSlip = false
    /// Whether each of them does, and one in its place.
    var isOfSlips: Bool { hasRepair && isBesideSlips }
    private var hasRepair = false
    private var isBesideSlips = true
    /// The changed texts by file.
    private(set) var changed: [String: PolicyText] = [:]
    private let unchanged: UnchangedTexts

    init(_ documents: PolicyDocuments, _ point: DecisionPoint) {
        self.documents = documents
        self.point = point
        unchanged = UnchangedTexts(documents.sources)
    }

    private init(
        _ documents: PolicyDocuments, _ point: DecisionPoint, steps: [String], isRepair: Bool, mendsSlip: Bool,
        hasRepair: Bool, isBesideSlips: Bool, changed: [String: PolicyText], unchanged: UnchangedTexts
    ) {
        self.documents = documents
        self.point = point
        self.steps = steps
        self.isRepair = isRepair
        self.mendsSlip = mendsSlip
        self.hasRepair = hasRepair
        self.isBesideSlips = isBesideSlips
        self.changed = changed
        self.unchanged = unchanged
    }

    /// The text of a file as it is now; `nil` where it is not known or no YAML.
    func text(of file: String) -> PolicyText? { changed[file] ?? unchanged.text(of: file) }

    /// The texts of the files that no draft has changed. A class, as all drafts of a search share what is read once.
    private final class UnchangedTexts {
        private let sources: SourceTexts
        private var texts: [String: PolicyText] = [:]

        init(_ sources: SourceTexts) {
            self.sources = sources
        }

        func text(of file: String) -> PolicyText? {
            if let known = texts[file] { return known }
            texts[file] = sources.bytes(of: file).flatMap { PolicyText($0, file: file) }
            return texts[file]
        }
    }

    /// The draft after one more edit; `nil` where what was written does not load or compile.
    func applying(_ edit: Edit) -> PolicyDraft? {
        let file = edit.text.file
        let loaded: PolicyDocuments
        let compiled: PolicySet
        do throws(InputError) {
            let text = String(decoding: edit.text.bytes, as: UTF8.self)
            loaded = documents.replacing(file: file, by: try PolicyLoader.load(text: text, file: file).documents)
            compiled = try PolicySet.compile(loaded, mesh: point.policySet.mesh, options: point.policySet.options)
                .policySet
        } catch {
            return nil
        }
        var texts = changed
        texts[file] = edit.text
        return PolicyDraft(
            loaded,
            DecisionPoint(
                policySet: compiled, keySets: point.keySets, options: point.options, generation: point.generation),
            steps: steps + [edit.sentence], isRepair: isRepair && edit.isRepair,
            mendsSlip: mendsSlip || edit.breadth < 0, hasRepair: hasRepair || edit.isRepair,
            isBesideSlips: isBesideSlips && edit.breadth < 0, changed: texts,
            unchanged: unchanged)
    }

    /// One edit of one file.
    struct Edit {
        var sentence: String
        var text: PolicyText
        /// Whether a whole rule or policy comes or goes.
        var isWhole = false
        /// How much an exception is likely to let through, by what it names; lower goes first. 0 where that has to be measured.
        var breadth = 0
        /// Of one that writes what is meant in the place of a slip.
        static let repairBreadth = -2
        /// Of one that adds a value beside one that it misses by a slip.
        static let slipBreadth = -1

        /// What makes it alike others, of which the one that opens the least is chosen: to leave out who asks or what for may each be less
        /// than the other. An address, which may be that of a proxy, a method or a port never is.
        var measuredBreadth: Int { (1...3).contains(breadth) ? 1 : breadth }

        var isRepair: Bool { breadth == Self.repairBreadth }

        /// Whether it makes the same text.
        func isSame(as other: Edit) -> Bool {
            sentence == other.sentence && text.file == other.text.file && text.bytes == other.text.bytes
        }
    }
}

extension PolicyDocuments {
    /// The documents with those of one file replaced.
    fileprivate func replacing(file: String, by other: PolicyDocuments) -> PolicyDocuments {
        var result = self
        result.authorizationPolicies.replace(file, by: other.authorizationPolicies, \.metadata.location)
        result.requestAuthentications.replace(file, by: other.requestAuthentications, \.metadata.location)
        result.peerAuthentications.replace(file, by: other.peerAuthentications, \.metadata.location)
        result.inventory.workloads.replace(file, by: other.inventory.workloads, \.location)
        result.inventory.services.replace(file, by: other.inventory.services, \.location)
        result.inventory.others.replace(file, by: other.inventory.others, \.location)
        result.sources.merge(other.sources)
        return result
    }
}

extension Array {
    /// Puts elements of a file in the place of those that were there, in their order among all.
    fileprivate mutating func replace(_ file: String, by others: [Element], _ location: (Element) -> SourceLocation) {
        let place = firstIndex { location($0).file == file } ?? endIndex
        removeAll { location($0).file == file }
        insert(contentsOf: others, at: Swift.min(place, endIndex))
    }
}
