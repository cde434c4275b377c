/// What connections to epmd and to the node go through: `--via`.
package struct TunnelChoice: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// `ssh:[USER@]HOST[:PORT]`: an SSH host that dials from where it is.
        case ssh(destination: String, port: Int?)
        /// `kube:[CONTEXT/]NAMESPACE/POD[:CONTAINER]`: a port-forward. Containers of a pod share its ports.
        case pod(context: String?, namespace: String, name: String)
        /// `exec:COMMAND`: a program and its arguments, with `%h` and `%p` in them.
        case command([String])
    }

    package let kind: Kind
    /// As it was given.
    package let description: String

    package static let expected = "ssh:[USER@]HOST[:PORT], kube:[CONTEXT/]NAMESPACE/POD or exec:'COMMAND %h %p'"

    /// - Returns: nil for anything else, and where a part could be taken for an option of the program that gets it.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = text[colon...].dropFirst()
        let kind: Kind? =
            switch text[..<colon] {
            case "ssh": Self.host(rest)
            case "kube": Self.pod(rest)
            case "exec": Self.words(rest).flatMap { $0.isEmpty ? nil : .command($0) }
            default: nil
            }
        guard let kind else { return nil }
        self.kind = kind
        description = text
    }

    /// Also as the rest of `ssh://[USER@]HOST[:PORT]`, which ssh takes.
    private static func host(_ given: Substring) -> Kind? {
        let isURI = given.hasPrefix("//")
        let text = isURI ? given.dropFirst(2).dropLast(given.hasSuffix("/") ? 1 : 0) : given
        var destination = text
        var port: Int?
        let afterUser = text.lastIndex(of: "@").map { text[$0...].dropFirst() } ?? text
        if afterUser.first == "[", let bracket = afterUser.firstIndex(of: "]") {
            // ssh takes an IPv6 address bare.
            let user = text[..<afterUser.startIndex]
            let tail = afterUser[bracket...].dropFirst()
            guard tail.isEmpty || tail.first == ":" else { return nil }
            if !tail.isEmpty {
                port = HostAndPort.port(tail.dropFirst())
                guard port != nil else { return nil }
            }
            destination = user + afterUser[..<bracket].dropFirst()
        } else if let colon = afterUser.firstIndex(of: ":"), afterUser[colon...].dropFirst().firstIndex(of: ":") == nil
        {
            port = HostAndPort.port(afterUser[colon...].dropFirst())
            guard port != nil else { return nil }
            destination = text[..<colon]
        } else if afterUser.contains(":"), NumericAddress.canonical(String(afterUser.prefix { $0 != "%" })) == nil {
            // An address and a port, perhaps: nobody knows where the one ends.
            return nil
        }
        guard isWord(destination), !destination.hasSuffix("@"), !destination.hasPrefix("@") else { return nil }
        return .ssh(destination: String(destination), port: port)
    }

    /// A context's name may have slashes and colons in it, as those of Amazon have.
    private static func pod(_ text: Substring) -> Kind? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, let last = parts.last else { return nil }
        let names = last.split(separator: ":", omittingEmptySubsequences: false)
        let namespace = parts[parts.count - 2]
        guard names.count <= 2, names.allSatisfy(isName), isName(namespace) else { return nil }
        let context = parts.dropLast(2).joined(separator: "/")
        guard parts.count == 2 || isWord(context[...]) else { return nil }
        return .pod(
            context: parts.count == 2 ? nil : context, namespace: String(namespace), name: String(names[0]))
    }

    /// RFC 1123, as Kubernetes has it for names.
    private static func isName(_ text: Substring) -> Bool {
        (1...253).contains(text.utf8.count) && text.first != "-"
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
    }

    private static func isWord(_ text: Substring) -> Bool {
        !text.isEmpty && text.first != "-" && SettingText.isOneWord(String(text))
    }

    /// Words with blanks between them; `'` and `"` keep blanks, and nothing else is special: no shell reads it.
    /// - Returns: nil where a quote is not closed.
    static func words(_ text: Substring) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let ended = word { words.append(ended) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        return words + (word.map { [$0] } ?? [])
    }
}
