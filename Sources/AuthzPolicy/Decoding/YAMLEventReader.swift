import CYaml

/// Reads the events of a YAML stream from UTF-8 text. Events, not a tree: caps on depth and aliases apply before anything
/// is built, and a value has the place of its end beside that of its start.
///
/// It is the C library inside Yams that is used. The tree that Yams itself composes knows no ends, expands aliases of
/// aliases when it compares keys, and recurses.
struct YAMLEventReader: ~Copyable {
    // INVARIANT: the parser keeps a pointer to itself and one to the input, so both stay where they are.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let shifts: [YAMLEvent.Mark]

    /// - Parameters:
    ///   - bytes: Valid UTF-8 without a byte order mark.
    ///   - shifts: The ends of places in `bytes` that stand for two more characters in the text as the user wrote it.
    init(_ bytes: [UInt8], shifts: [YAMLEvent.Mark] = []) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        self.shifts = shifts
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deinitialize(count: 1)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event. After ``YAMLEvent/Content/streamEnd`` or an error there is nothing more to read.
    func next() throws(YAMLSyntaxError) -> YAMLEvent {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_START_EVENT { continue }
            return YAMLEvent(
                content: Self.content(of: event), start: mark(event.start_mark), end: mark(event.end_mark))
        }
    }

    private static func content(of event: yaml_event_t) -> YAMLEvent.Content {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .sequenceStart(anchor: text(start.anchor), tag: text(start.tag))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mappingStart(anchor: text(start.anchor), tag: text(start.tag))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                text: String(decoding: bytes, as: UTF8.self),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.quoted_implicit == 0,
                anchor: text(scalar.anchor), tag: text(scalar.tag))
        default: return .streamEnd
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(decodingCString: $0, as: UTF8.self) }
    }

    private func syntaxError() -> YAMLSyntaxError {
        let failure = parser.pointee
        let problem = failure.problem.map { String(cString: $0) } ?? "out of memory"
        var context = failure.context.map { String(cString: $0) }
        if failure.error == YAML_READER_ERROR {
            let prefix = input.prefix(min(failure.problem_offset, input.count))
            return YAMLSyntaxError(problem: problem, context: context, mark: TextPosition.end(of: prefix))
        }
        var place = mark(failure.problem_mark)
        if let begun = context {
            let start = mark(failure.context_mark)
            if failure.problem_mark.index >= characterCount {
                place = start
            } else if start.line < place.line {
                context = "\(begun) that begins in line \(start.line)"
            }
        }
        return YAMLSyntaxError(
            problem: problem, context: context, mark: place, isTab: character(at: failure.problem_mark.index) == 9)
    }

    private var characterCount: Int { input.count { $0 & 0xc0 != 0x80 } }

    /// The first byte of a character; `nil` at the end.
    private func character(at index: Int) -> UInt8? {
        var remaining = index
        for byte in input where byte & 0xc0 != 0x80 {
            if remaining == 0 { return byte }
            remaining -= 1
        }
        return nil
    }

    private func mark(_ mark: yaml_mark_t) -> YAMLEvent.Mark {
        var result = YAMLEvent.Mark(line: mark.line + 1, column: mark.column + 1)
        if !shifts.isEmpty {
            let written = result
            for shift in shifts where shift.line == written.line && shift.column <= written.column {
                result.column += 2
            }
        }
        return result
    }
}
