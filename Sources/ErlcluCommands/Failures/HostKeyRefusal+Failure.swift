import Diagnosis
import ReleaseFiles

extension HostKeyRefusal {
    /// E-SSH-HOSTKEY.
    /// - Parameter name: what messages call the node.
    func failure(of name: String) -> NodeFailure {
        var failure = NodeFailure(.sshHostKey, stage: .sshHostKey, node: name, message: message, remedy: remedy)
        if let first = nodesThatShowIt.first {
            failure.message += "; \(file) has this key as that of \(HostKeyAcceptance.list(nodesThatShowIt))"
            failure.remedy = "if that node is meant, name it: \(.nodeName(first)); else \(failure.remedy)"
        }
        return failure
    }

    /// Those that the key may be known by: it is looked for under the name that was given, and no other.
    private var nodesThatShowIt: [String] {
        switch reason {
        case .unknown, .changed, .onlyAuthority: otherNodes
        case .notUnderstood, .revoked, .notExpected: []
        }
    }

    private var message: String {
        let shown = key.map { "\($0.kind) \($0.fingerprint)" } ?? "none that is understood"
        let daemon = "the SSH daemon at \(place)"
        switch reason {
        case .notUnderstood:
            return "\(daemon) shows no host key that can be checked, a certificate perhaps"
        case .unknown(.strict(let origin)):
            return "the host key of \(daemon) is not known, \(shown), and unknown ones are refused (\(origin))"
        case .unknown(.nobodyToAsk):
            return "the host key of \(daemon) is not known, \(shown), and there is no terminal to ask on"
        case .unknown(.unanswered):
            return "the host key of \(daemon) is not known, \(shown), and nobody has said that it is the right one"
        case .unknown(.declined): return "the host key of \(daemon), \(shown), was not accepted"
        case .unknown(.compared(let typed)):
            return
                "\(daemon) shows the host key \(shown), and the fingerprint that was typed, \(typed), is another key's"
        case .changed(let entries, let name):
            let known = entries.prefix(4).map { "\($0.key.kind) \($0.key.fingerprint) (\($0.place))" }
            return "\(daemon) shows the host key \(shown), and for \(name) "
                + (entries.count == 1 ? "another one is known: " : "others are known: ") + known.joined(separator: ", ")
        case .revoked(let line): return "the host key of \(daemon), \(shown), is revoked (\(line))"
        case .onlyAuthority(let line):
            return
                "the host key of \(daemon), \(shown), is not known; \(line) is about an authority (@cert-authority), "
                + "and certificates of hosts are not supported"
        case .notExpected(let expected, let origin):
            let words = expected.map(\.description).joined(separator: " or ")
            return "\(daemon) shows the host key \(shown), and \(words) is expected (\(origin))"
        }
    }

    private var remedy: Remedy {
        let compare: Remedy = "compare the fingerprint by another way: ssh-keygen -lf of the .pub file in the daemon's "
        let byHand: Remedy =
            node.map { compare + "system_dir, or \(.hostKeys(of: $0)) where distribution works" }
            ?? compare + "system_dir"
        switch reason {
        case .notUnderstood: return "give the daemon a plain host key of Ed25519, ECDSA or RSA"
        case .unknown(.strict), .unknown(.nobodyToAsk), .unknown(.unanswered):
            return byHand + "; then give it with \(.hostKeyFingerprint)"
                + (key == nil ? "" : ", or answer the question on a terminal")
        case .unknown(.declined), .onlyAuthority: return byHand + "; then give it with \(.hostKeyFingerprint)"
        case .changed(let entries, let name):
            let file = entries.first?.place.file ?? "FILE"
            return "somebody may stand in between, or the host is new: " + byHand
                + "; only then forget the old one: \(.program(["ssh-keygen", "-R", name, "-f", file]))"
        case .revoked: return "do not use the host until it has a new key, and learn that one by another way"
        case .notExpected, .unknown(.compared):
            return "somebody may stand in between, or another of its keys was meant: " + byHand
        }
    }
}
