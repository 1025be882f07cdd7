import Foundation
import FoundationXML

/// Reads XML as a reader of reports would: strictly.
final class XMLReader: NSObject, XMLParserDelegate {
    private var names: [String: Int] = [:]

    /// How many elements there are, by name.
    ///
    /// - Throws: Where it is not well formed.
    static func names(in text: String) throws -> [String: Int] {
        let reader = XMLReader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
        return reader.names
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        names[name, default: 0] += 1
    }
}
