import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm

extension LogEntry {
    /// - Parameter seconds: since 1970.
    func line(seconds: Int) -> LogLine {
        let (level, event, fields) = parts
        return LogLine(level, event, fields, seconds: seconds)
    }

    private var parts: (LogLine.Level, String, [(key: String, value: String)]) {
        switch self {
        case .listening(let name, let address, let isSecure, let cookieOrigin):
            (
                .info, "listening",
                [
                    ("node", name), ("address", address.description), ("transport", isSecure ? "tls" : "tcp"),
                    ("cookie_from", cookieOrigin),
                ]
            )
        case .epmd(let epmd, let event): Self.parts(epmd.description, event)
        case .portIsNowhere(let words): (.warning, "port_not_registered", [("reason", "--epmd none: \(words)")])
        case .mapping(let address): (.info, "serving_epmd", [("epmd", address.description)])
        case .peers(let count): (.info, "peers", [("count", "\(count)")])
        case .noNames(let lines): (.warning, "no_node_names", [("lines", lines.joined(separator: "; "))])
        case .undiscovered(let source, let failure):
            (.warning, "not_discovered", [("source", source), ("reason", failure.words)])
        case .discovered(let source): (.info, "discovered", [("source", source)])
        case .reached(let peer, let time):
            (.info, "reached", [("peer", peer), ("milliseconds", "\(Int((time / .milliseconds(1)).rounded()))")])
        case .unreached(let failure): (.warning, "unreached", Self.fields(failure))
        case .notLinked(let failure): (.warning, "not_linked", Self.fields(failure))
        case .certificate(let expiry, let isExpired):
            (
                isExpired || expiry == nil ? .error : .info, "certificate",
                expiry.map { [("valid_until", "\(UTCTime(seconds: $0))")] } ?? [("reason", "there is none")]
            )
        case .renewed(let expiry):
            (.info, "renewed", expiry.map { [("valid_until", "\(UTCTime(seconds: $0))")] } ?? [])
        case .notRenewed(let reason): (.error, "not_renewed", [("reason", reason)])
        case .askedToStop: (.info, "asked_to_stop", [])
        case .draining: (.info, "draining", [])
        case .global(.disconnectRequested(let peer)): (.warning, "disconnect_requested", [("peer", peer.name)])
        case .global(.disconnected(let peer)): (.warning, "disconnected", [("by", peer.name)])
        case .global(.unreachable(let peer)): (.warning, "not_reachable", [("peer", peer.name)])
        case .global(.halfKnown(let peer)): (.warning, "half_known", [("peer", peer.name)])
        case .global(.joiningGivenUp(let peer, let silent)):
            (
                .warning, "joining_given_up",
                [("peer", peer.name)] + (silent == peer ? [] : [("silent", silent.name)])
            )
        case .serving(let address): (.info, "serving", [("http", address)])
        case .up(let peer, let isHidden, let replacesLink):
            (
                .info, "up",
                [("peer", peer), ("kind", isHidden ? "hidden" : "visible")]
                    + (replacesLink ? [("replaced", "yes")] : [])
            )
        case .down(let peer, let failure):
            (
                failure.code == .protocolViolation ? .warning : .info, "down",
                [("peer", peer), ("code", failure.code.rawValue), ("reason", failure.message)]
            )
        case .crowded(let limit):
            (
                .warning, "crowded",
                [
                    ("limit", "\(limit)"),
                    ("reason", "so many are on their way in that the oldest makes room for each new one"),
                ]
            )
        case .refused(let failure, let peer):
            (
                .warning, "refused",
                [("code", failure.code.rawValue)] + (peer.map { [("peer", $0)] } ?? [])
                    + [("stage", failure.stage.rawValue), ("reason", failure.message)] + Self.alternative(failure)
            )
        }
    }

    private static func fields(_ failure: NodeFailure) -> [(key: String, value: String)] {
        [
            ("code", failure.code.rawValue), ("peer", failure.node), ("stage", failure.stage.rawValue),
            ("reason", failure.message),
        ] + alternative(failure)
    }

    /// What it may be as well: a code by itself would be taken for certain.
    private static func alternative(_ failure: NodeFailure) -> [(key: String, value: String)] {
        guard case .likely(let alternative) = failure.certainty else { return [] }
        return [("or_maybe", alternative.description)]
    }

    private static func parts(
        _ epmd: String, _ event: NameRegistration.Event
    ) -> (LogLine.Level, String, [(key: String, value: String)]) {
        switch event {
        case .registered: (.info, "registered", [("epmd", epmd)])
        case .refused(let result):
            (
                .error, "not_registered",
                [("epmd", epmd), ("reason", "epmd refuses the name (result \(result)): another node may have it")]
            )
        case .lost(let closure): (.warning, "epmd_lost", [("epmd", epmd), ("reason", closure.words)])
        case .malformed(let error): (.error, "not_registered", [("epmd", epmd), ("reason", "\(error)")])
        }
    }
}

extension StreamClosure {
    /// Why epmd is not reached.
    var words: String {
        switch self {
        case .endOfStream: "it closed the connection"
        case .unresolved(let failure): failure.text
        case .refused: "nothing listens there"
        case .unreachable(let code): SystemError.text(code)
        case .reset: "the connection was reset"
        case .system(let call, let code): "\(call): \(SystemError.text(code))"
        case .tls, .tunnel, .secureShell, .jump: "the connection failed"
        }
    }
}
