import ErlangNode
import SSHTransport

/// Promises about what others say over SSH: the bridge on a node, and an agent.
enum SecureShellAnswerFuzzing {
    /// Lines of a bridge. The first byte says in what pieces they come.
    static func bridge(_ input: [UInt8]) throws(FuzzFinding) {
        guard let first = input.first else { return }
        let lines = Array(input.dropFirst())
        let whole = terms(of: lines, inPiecesOf: max(lines.count, 1))
        let pieces = terms(of: lines, inPiecesOf: Int(first % 64) + 1)
        try FuzzFinding.check(whole.terms == pieces.terms, "other terms where the lines come in pieces")
        try FuzzFinding.check(whole.hasFailed == pieces.hasFailed, "a fault that depends on the pieces")
        let size = whole.terms.reduce(0) { $0 + $1.count }
        try FuzzFinding.check(size <= lines.count, "more came out than went in")
    }

    private static func terms(of lines: [UInt8], inPiecesOf size: Int) -> (terms: [[UInt8]], hasFailed: Bool) {
        var reader = BridgeReader()
        var terms: [[UInt8]] = []
        for start in stride(from: 0, to: lines.count, by: size) {
            let piece = Array(lines[start..<min(start + size, lines.count)])
            let isFine = piece.withUnsafeBytes { bytes in
                var rest = bytes
                do throws(BridgeFault) {
                    while let term = try reader.next(from: &rest) { terms.append(term) }
                } catch { return false }
                return true
            }
            guard isFine else { return (terms, true) }
        }
        return (terms, false)
    }

    /// Answers of an agent. The first byte says how many keys are wanted of those that it lists.
    static func agent(_ input: [UInt8]) throws(FuzzFinding) {
        guard let first = input.first else { return }
        var rest = Array(input.dropFirst())
        while let message = AgentMessage.take(from: &rest) {
            try FuzzFinding.check(message.body.count <= AgentMessage.limit, "a message beyond the limit")
            var bytes = message.bytes
            let again = AgentMessage.take(from: &bytes)
            try FuzzFinding.check(
                again?.body == message.body && bytes.isEmpty, "a message is another one when it is read")
            let wanted = Set(keys(in: message.body).prefix(Int(first)))
            let left = message.offering(only: wanted)
            guard message.body.first == 12, message.body.count >= 5 else {
                try FuzzFinding.check(left.body == message.body, "what lists no keys is changed")
                continue
            }
            try FuzzFinding.check(left.body.count <= message.body.count, "more came out than went in")
            try FuzzFinding.check(keys(in: left.body).allSatisfy(wanted.contains), "a key that nobody wants is offered")
            try FuzzFinding.check(left.offering(only: wanted).body == left.body, "what is left changes again")
        }
    }

    /// Of `SSH_AGENT_IDENTITIES_ANSWER`: a kind, a count, and a key and a comment each.
    private static func keys(in body: [UInt8]) -> [[UInt8]] {
        var rest = body.dropFirst(5)
        func string() -> [UInt8]? {
            guard rest.count >= 4 else { return nil }
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count - 4 >= count else { return nil }
            defer { rest = rest.dropFirst(4 + count) }
            return Array(rest.dropFirst(4).prefix(count))
        }
        var keys: [[UInt8]] = []
        while let key = string(), string() != nil { keys.append(key) }
        return keys
    }
}
