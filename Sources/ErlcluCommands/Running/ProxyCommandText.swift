/// A `ProxyCommand` with the tokens that only the settings know. A shell reads it: nothing that is put into it may mean
/// something to that.
enum ProxyCommandText {
    private static let ofShell = Set("'`\"$\\;&<>|(){}".unicodeScalars)
    /// A user of Windows has a backslash, and nothing is run for a `$` by itself.
    private static let ofUser = ofShell.subtracting("$\\".unicodeScalars)

    /// `%n` and `%r` are replaced; what is left is for whoever dials, and `%h` is looked at for it.
    /// - Parameters:
    ///   - destination: the host as it was typed.
    ///   - host: the one that is dialled.
    /// - Throws: for a name with characters that mean something to the shell, as OpenSSH refuses them (CVE-2023-51385).
    static func expanded(
        _ command: String, user: String, destination: String, host: String
    ) throws(CommandFailure) -> String {
        var result = ""
        var rest = command[...]
        while let percent = rest.firstIndex(of: "%") {
            result += rest[..<percent]
            let token = rest[percent...].prefix(2)
            switch token {
            case "%n":
                guard isHost(destination) else { throw refusal(of: "host", destination) }
                result += destination
            case "%r":
                guard isUser(user) else { throw refusal(of: "user", user) }
                result += user
            case "%h":
                guard isHost(host) else { throw refusal(of: "host", host) }
                result += token
            default: result += token
            }
            rest = rest[percent...].dropFirst(2)
        }
        return result + rest
    }

    private static func isHost(_ text: String) -> Bool {
        !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy {
                !ofShell.contains($0) && !$0.properties.isWhitespace && !isControl($0)
            }
    }

    /// It may have blanks, but no option behind one.
    private static func isUser(_ text: String) -> Bool {
        let words = text.unicodeScalars.split { $0.properties.isWhitespace }
        return text.unicodeScalars.allSatisfy { !ofUser.contains($0) && !isControl($0) } && !text.hasSuffix("\\")
            && !words.contains { $0.first == "-" }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || scalar.value == 0x7F }

    private static func refusal(of what: String, _ text: String) -> CommandFailure {
        .configuration(
            message: "the \(what) '\(text)' has characters that mean something to the shell, which reads ProxyCommand",
            remedy: "take another \(what), or a ProxyCommand that does not name it")
    }
}
