import Diagnosis
import DistributionProtocol
import ErlangNode

extension HealthExaminer {
    /// Microseconds by which clocks may differ: certificates have a second's precision, logs are read side by side.
    private static let clockTolerance = 2_000_000

    /// The node reads its clock somewhere between our question and its answer.
    var clock: HealthCheck {
        guard let theirs = checkup.clock else { return .fine(.clock, "the node does not report its time") }
        let half = timing.took / 2
        let difference = theirs - (timing.asked + half)
        let margin = "give or take \(Self.milliseconds(half))"
        let size = abs(difference)
        guard size > half + Self.clockTolerance else {
            return .fine(.clock, "both agree (difference \(Self.milliseconds(difference)), \(margin))")
        }
        let order = difference > 0 ? "ahead of" : "behind"
        return .warning(
            .clock, "the node's clock is \(UTCTime.span((size + 500_000) / 1_000_000)) \(order) ours (\(margin))",
            remedy: "set both with NTP: certificates begin and end by them", code: .certificateNotYetValid)
    }

    var cookie: HealthCheck {
        let source = checkup.isCookieAnArgument ? "-setcookie" : "its cookie file, or set while it runs"
        guard let theirs = checkup.cookieHash else {
            return .fine(.cookie, "ours \(cookieOrigin), hash \(cookieHash); the node's from \(source)")
        }
        guard theirs == cookieHash else {
            return .warning(
                .cookie, "ours \(cookieOrigin) has the hash \(cookieHash), the node's own (\(source)) \(theirs)",
                remedy: "the node has a cookie for us alone: look for erlang:set_cookie/2 and arity-2 -setcookie",
                code: .cookie)
        }
        return .fine(.cookie, "both have the hash \(cookieHash): ours \(cookieOrigin), the node's from \(source)")
    }

    var release: HealthCheck {
        let facts = "OTP \(checkup.otpRelease), erts \(checkup.ertsVersion)"
        guard let major = Int(checkup.otpRelease), (23...29).contains(major) else {
            return .warning(
                .release, "\(facts): this tool is tested with OTP 23 to 29", remedy: "see whether there is a newer one")
        }
        return .fine(.release, facts)
    }

    func compare(_ flags: DistributionFlags) -> HealthCheck {
        let missing = flags.missing(from: .mandatory26)
        guard !missing.isEmpty else { return .fine(.flags, "it has all that OTP 23 to 29 demand of a peer") }
        return .warning(
            .flags, "it lacks \(missing.names.joined(separator: ", ")): nodes of OTP 26 and later refuse it",
            remedy: "upgrade it to OTP 25 before there are nodes of OTP 26", code: .flags)
    }

    var nameType: HealthCheck {
        let isLong = host.contains { $0 == "." || $0 == ":" }
        let type = isLong ? "a long name" : "a short name"
        guard let uses = checkup.usesLongNames, uses != isLong else {
            return .fine(.nameType, "\(type): it connects to nodes with \(isLong ? "long" : "short") names only")
        }
        return .warning(
            .nameType, "it was dialled by \(type), and uses \(uses ? "long" : "short") names itself",
            remedy: "dial it by the name that it has: \(checkup.node)", code: .nameType)
    }

    /// What other nodes would hear of this one.
    var registration: HealthCheck {
        let alive = node.split(separator: "@").first.map(String.init) ?? node
        switch checkup.registrations {
        case .other: return .fine(.epmd, "the node finds its peers without epmd")
        case .unavailable(let reason):
            return .warning(
                .epmd, "the epmd on the node's host cannot be asked: \(reason)",
                remedy: "start epmd there: nobody finds the node through it",
                code: reason == "timeout" ? .epmdTimeout : .epmdRefused
            ).keepingOut(
                at: .epmd,
                "no node finds \(node): the epmd on its host "
                    + (reason == "timeout" ? "does not answer" : "is not running, or is not to be asked (\(reason))"))
        case .names(let names):
            let others =
                names.count == 1
                ? "and no other node" : names.count == 2 ? "and 1 other" : "and \(names.count - 1) others"
            guard let own = names.first(where: { $0.name == alive }) else {
                let whereabouts = checkup.listeningPort.map { ", which listens on port \($0)," } ?? ""
                return .warning(
                    .epmd, "the epmd on the node's host does not know \(alive)",
                    remedy: "if epmd was restarted just now, OTP 25 and later register again within seconds; an older "
                        + "node\(whereabouts) is reached with \(.nodeAddress)",
                    code: .epmdNotRegistered
                ).keepingOut(at: .epmd, "no node finds \(node): the epmd on its host does not know \(alive)")
            }
            guard let port = checkup.listeningPort, port != Int(own.port) else {
                return .fine(.epmd, "the epmd on its host knows \(alive) at port \(own.port), \(others)")
            }
            return .warning(
                .epmd, "epmd says that \(alive) listens on port \(own.port), and it listens on \(port)",
                remedy: "another node took the name, or a port is mapped: see `\(.nodesOf(host: host))`",
                code: .tcpRefused
            ).keepingOut(
                at: .tcp,
                "nodes that look for \(node) dial port \(own.port), as its epmd says, and it listens on \(port)",
                certainty: .likely(alternative: "nothing, where that port is mapped to the other"))
        }
    }

    var advisories: [HealthCheck] {
        let found = Advisory.all.compactMap { advisory -> HealthCheck? in
            switch advisory.exposure {
            case .sshDaemon: guard checkup.sshDaemons > 0 else { return nil }
            case .tlsDistribution: guard checkup.usesTLS else { return nil }
            }
            guard let text = checkup.versions[advisory.application], let version = OTPVersion(text),
                advisory.affects(version)
            else { return nil }
            return advisory.check(of: version, accepted: accepted)
        }
        return found.isEmpty ? [.fine(.advisory, "none that is known here, of ssh and TLS")] : found
    }

    private static func milliseconds(_ microseconds: Int) -> String {
        let tenths = microseconds / 100
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) ms"
    }
}
