import ArgumentParser
import AuthzCore

extension [CIDRBlock] {
    /// The blocks of a repeatable option, each of whose values may be a list with commas.
    ///
    /// - Throws: `ValidationError` for what is no block.
    init(written values: [String]) throws {
        self = try values.flatMap { $0.split(separator: ",") }.map { text in
            guard let block = CIDRBlock(parsing: text.utf8.span) else {
                throw ValidationError("\(String(text).quoted) is not a CIDR block")
            }
            return block
        }
    }
}
