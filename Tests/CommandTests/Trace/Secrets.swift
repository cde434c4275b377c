import ErlcluTestSupport
import Foundation

/// What a node knows and nobody else is to learn from a trace of it.
struct Secrets {
    private let texts: [(name: String, text: String)]

    init(of node: ErlangNodeFixture) throws {
        var texts = [("the cookie", node.cookie), ("the other cookie", "zq_unlike_cookie")]
        if let options = node.optionFile {
            let key = ((options as NSString).deletingLastPathComponent as NSString).appendingPathComponent("key.pem")
            let lines = try String(contentsOfFile: key, encoding: .utf8).split(separator: "\n")
            let base64 = lines.filter { !$0.hasPrefix("-") }.joined()
            texts.append(("the key", String(base64.prefix(40))))
            if let bytes = Data(base64Encoded: base64) {
                // Without the header that all keys of a kind share.
                texts.append(
                    ("the key's bytes", bytes.suffix(90).prefix(16).map { String(format: "%02x", $0) }.joined()))
            }
            texts.append(("the name of the key file", "key.pem"))
        }
        self.texts = texts.map { (name: $0.0, text: $0.1) }
    }

    func found(in text: String) -> [String] {
        texts.filter { text.contains($0.text) && !$0.text.isEmpty }.map(\.name)
    }
}
