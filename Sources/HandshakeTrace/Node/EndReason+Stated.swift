package import Diagnosis
import DistributionProtocol
package import ErlangTerm

/// Ends for which `dist_util`, `ssl` and `inet` have no words, as an erlclud reports them of its own handshakes:
/// `{erlclud, What}`, in the place of OTP's reason.
extension EndReason {
    private static let tag = Atom("erlclud")
    /// Characters of a text that is shown to a person.
    private static let textLimit = 300

    /// - Returns: nil for an end that OTP has words for.
    package var stated: Term? {
        let what: Term
        switch self {
        case .refusedBy(let status): what = .tuple(.atom("refused"), Self.binary(status.description))
        case .unreachable(let words): what = .tuple(.atom("unreachable"), Self.binary(words))
        case .violation(let words): what = .tuple(.atom("violation"), Self.binary(words))
        case .noCommonParameters(let words): what = .tuple(.atom("no_common_parameters"), Self.binary(words))
        case .tls(let words): what = .tuple(.atom("tls"), Self.binary(words))
        case .other(let words): what = .tuple(.atom("other"), Self.binary(words))
        case .notTLS(let bytes): what = .tuple(.atom("not_tls"), .binary(Array(bytes.prefix(32))))
        case .foreignKey: what = .atom("foreign_key")
        case .closed, .reset, .refused, .unresolved, .tunnel, .notRegistered, .timeout, .wrongCookie, .notAllowed,
            .missingFlags, .nameMismatch, .notDistribution, .badTLSOptions, .failed:
            return nil
        }
        return .tuple(.atom(Self.tag), what)
    }

    /// - Returns: nil for what is OTP's own.
    package init?(stated view: TermView) {
        guard let what = view.elements(2), what[0]?.atom == Self.tag, let reason = what[1] else { return nil }
        if reason.isAtom("foreign_key") {
            self = .foreignKey
            return
        }
        guard let parts = reason.elements(2), let tag = parts[0]?.atom?.name, let detail = parts[1] else { return nil }
        let words = String((detail.text ?? "").prefix(Self.textLimit))
        switch tag {
        case "refused": self = .refusedBy(HandshakeStatus(recorded: words))
        case "unreachable": self = .unreachable(words)
        case "violation": self = .violation(words)
        case "no_common_parameters": self = .noCommonParameters(words)
        case "tls": self = .tls(words)
        case "other": self = .other(words)
        case "not_tls": self = .notTLS(Array((detail.binary ?? []).prefix(32)))
        default: return nil
        }
    }

    private static func binary(_ words: String) -> Term { .binary(String(words.prefix(textLimit))) }
}
