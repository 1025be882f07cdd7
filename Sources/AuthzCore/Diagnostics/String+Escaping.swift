extension String {
    /// The text with line ends, control and direction characters written as escapes, so that what comes from an input cannot
    /// change a layout or steer a terminal.
    package var escapingControls: String {
        guard !unicodeScalars.allSatisfy(\.isSafeToShow) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.isSafeToShow {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                }
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// Whether it is no control or direction character.
    package var isSafeToShow: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x061c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: false
        default: true
        }
    }
}
