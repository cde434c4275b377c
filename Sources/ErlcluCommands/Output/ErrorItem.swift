import Diagnosis
import ErlangNode
import ErlangTerm
import Presentation

/// A failure as a script reads it: one element of `errors`.
struct ErrorItem: Hashable, Sendable {
    var node: String
    var code: String
    var stage: String
    var message: String
    var remedy: String?
    /// What else it may be, when the cause is only likely.
    var alternative: String?

    init(_ failure: NodeFailure) {
        node = failure.node
        code = failure.code.rawValue
        stage = failure.stage.rawValue
        message = failure.message
        remedy = failure.remedy.isEmpty ? nil : failure.remedy.text
        if case .likely(let other) = failure.certainty { alternative = other.words }
    }

    init(node: String, code: FailureCode, stage: String, message: String, remedy: String? = nil) {
        self.node = node
        self.code = code.rawValue
        self.stage = stage
        self.message = message
        self.remedy = remedy
    }

    private var fields: [(String, String)] {
        var fields = [("node", node), ("code", code), ("stage", stage), ("message", message)]
        if let remedy { fields.append(("remedy", remedy)) }
        if let alternative { fields.append(("alternative", alternative)) }
        return fields
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        for (key, value) in fields {
            json.key(key)
            json.string(value)
        }
        json.endObject()
    }

    var term: Term {
        let pairs = fields.map { key, value in MapPair(.atom(Atom(key)), .binary(Array(value.utf8))) }
        return .tuple([.atom("error"), .map(pairs)])
    }
}

extension CommandFailure {
    /// The failure as elements of `errors`.
    var items: [ErrorItem] {
        switch self {
        case .node(let failure): [ErrorItem(failure)]
        case .usage(let error): [ErrorItem(node: "", code: .usage, stage: "COMMAND", message: error.message)]
        case .syntax(let fault):
            [
                ErrorItem(
                    node: fault.node, code: .syntax, stage: fault.node.isEmpty ? "COMMAND" : "UP",
                    message: "\(fault.source):\(fault.line):\(fault.column): \(fault.message)")
            ]
        case .input(let message): [ErrorItem(node: "", code: .input, stage: "COMMAND", message: message)]
        case .output(let message): [ErrorItem(node: "", code: .output, stage: "COMMAND", message: message)]
        case .late(let message): [ErrorItem(node: "", code: .timeout, stage: "COMMAND", message: message)]
        case .configuration(let message, let remedy):
            [ErrorItem(node: "", code: .configuration, stage: "COMMAND", message: message, remedy: remedy)]
        case .negative(let node, let message):
            [ErrorItem(node: node, code: .exception, stage: "UP", message: message)]
        case .unavailable(let node, let message):
            [ErrorItem(node: node, code: .unavailable, stage: "UP", message: message)]
        }
    }
}
