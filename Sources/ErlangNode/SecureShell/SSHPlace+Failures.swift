package import ByteTransport
package import Diagnosis
import ErlangTerm

/// Why a node is not reached through its SSH daemon, and what ends a session that was up.
extension SSHPlace {
    /// The stream ended before the bridge was there.
    /// - Parameter step: that was not got over.
    package func unconnected(_ closure: StreamClosure, in step: SecureShellProgress.Step = .tcp) -> NodeFailure {
        switch closure {
        case .secureShell(let failure): return unconnected(failure)
        case .endOfStream: return noBridge("it ran our expression to its end", in: max(step, .exec))
        case .jump(let host, let closure):
            var place = self
            place.name = host
            return place.unconnected(closure)
        case .unresolved(let reason):
            return failure(
                .dns, "the host of \(name) has no address: \(reason.text)", stage: .dns, remedy: "check the name")
        case .refused:
            return failure(
                .tcpRefused, "nothing listens at \(name): connection refused",
                remedy: "check the port of the daemon: ssh:daemon/2 has no default that all use")
        case .unreachable(let code):
            return failure(
                .tcpTimeout, "\(name) cannot be reached: \(SystemError.text(code))",
                remedy: "look for a firewall, and for the route there")
        case .tunnel(let end):
            var found = failure(
                .tunnel, "\(end.tunnel) leads to no node at \(name): \(end.words)",
                remedy: end.command.isEmpty
                    ? "see what it says" : "try what it is to do by hand: \(.program(end.command))")
            if end.isGuess {
                found.certainty = .likely(
                    alternative: "E-PROTOCOL, where it leads on, and something else than an SSH daemon listens there")
            }
            return found
        case .system(let call, let code):
            return failure(
                .tunnel, "the connection to the SSH daemon at \(name) broke: \(call): \(SystemError.text(code))",
                stage: NodeFailure.Stage(step), remedy: "try again")
        case .reset, .tls:
            return failure(
                .tunnel, "the connection to the SSH daemon at \(name) broke", stage: NodeFailure.Stage(step),
                remedy: "try again")
        }
    }

    private func unconnected(_ reason: SecureShellFailure) -> NodeFailure {
        switch reason {
        case .hostKey(let refusal): refusal
        case .denied(let denial): denied(denial)
        case .libraryMissing(let problem, let remedy):
            failure(.configuration, "SSH is not possible: libssh cannot be loaded: \(problem)", remedy: Remedy(remedy))
        case .ended(.greeting, let words):
            failure(
                .closed,
                "what answers at \(name) closes the connection before it has said that it speaks SSH"
                    + (words.isEmpty ? "" : ": \(words)"),
                stage: .sshBanner,
                remedy: "check the port, and whether the daemon takes more connections (max_sessions)")
        case .broken(.greeting, let words):
            failure(
                .protocolViolation, "what answers at \(name) does not speak SSH: \(words)",
                stage: .sshBanner,
                remedy: "check the port: ssh:daemon has one of its own")
        case .ended(.authentication, let words):
            failure(
                .sshAuthentication, "the SSH daemon at \(name) ends the connection before it lets us in: \(words)",
                stage: .sshAuthentication,
                remedy: "see its log; with many keys, name the one it knows (IdentityFile, IdentitiesOnly)")
        case .ended(let stage, let words):
            failure(
                .closed, "the SSH daemon at \(name) ends the connection in \(Self.words(stage)): \(words)",
                stage: Self.stage(stage),
                remedy: "see its log")
        case .broken(.command, let words):
            failure(
                .protocolViolation, "the SSH daemon at \(name) breaks the protocol: \(words)",
                stage: .sshExec,
                remedy: "check that it is the daemon of an Erlang node, and that nothing between changes the bytes")
        case .broken(let stage, let words):
            failure(
                .protocolViolation, "\(Self.words(stage)) with the SSH daemon at \(name) comes to nothing: \(words)",
                stage: Self.stage(stage),
                remedy: "see its log; both sides need algorithms in common")
        case .commandRefused(let words): disabled(words)
        case .forwardRefused(let target, let words):
            failure(
                .tunnel, "\(name) cannot connect to \(target)\(words.isEmpty ? "" : ": \(words)")",
                remedy: "check that host and port as they are seen from there, and whether it lets us connect on "
                    + "(AllowTcpForwarding and PermitOpen in its sshd_config)")
        case .exited(_, let words) where words.contains("Prohibited."): disabled("")
        case .exited(let status, let words):
            noBridge(
                [
                    "it ended our expression", status.map { "with status \($0)" } ?? "",
                    words.isEmpty ? "" : "and says: \(words)",
                ]
                .filter { !$0.isEmpty }.joined(separator: " "), in: .exec)
        }
    }

    private func denied(_ denial: SecureShellFailure.Denial) -> NodeFailure {
        var message = "the SSH daemon at \(name) does not let us in"
        if !denial.user.isEmpty { message += " as \(denial.user)" }
        message +=
            denial.tried.isEmpty
            ? denial.offersPassword ? ": nothing was shown" : ": there is no key to show"
            : ": it refuses \(denial.tried.joined(separator: ", "))"
        if !denial.untried.isEmpty { message += "; not shown: \(denial.untried.joined(separator: ", "))" }
        if !denial.methods.isEmpty { message += "; it takes \(denial.methods.joined(separator: ", "))" }
        return failure(.sshAuthentication, message, stage: .sshAuthentication, remedy: Self.remedy(denial))
    }

    /// By the methods that the daemon offers, so far as they are known here.
    private static func remedy(_ denial: SecureShellFailure.Denial) -> Remedy {
        let keys: Remedy =
            denial.tried.isEmpty
            ? "name the file of a private key whose public part is in authorized_keys in the daemon's user_dir"
            : "add our public key to authorized_keys in the daemon's user_dir, or name the key in "
                + "ssh_config (IdentityFile)"
        if denial.methods.isEmpty { return keys }
        let password: Remedy =
            denial.offersPassword ? "check the user and the password" : "give a password (\(.password))"
        let withPassword = denial.methods.filter { $0 == "password" || $0 == "keyboard-interactive" }
        var ways: [Remedy] = []
        if denial.methods.contains("publickey") { ways.append("publickey: \(keys)") }
        if !withPassword.isEmpty { ways.append("\(withPassword.joined(separator: ", ")): \(password)") }
        guard let first = ways.first else {
            return "the daemon takes \(denial.methods.joined(separator: ", ")) alone, which is not done here"
        }
        return ways.dropFirst().reduce("of what the daemon takes, \(first)") { "\($0); \($1)" }
    }

    private func disabled(_ words: String) -> NodeFailure {
        let detail = words.isEmpty ? "" : " (\(words))"
        return failure(
            .sshDisabled, "the SSH daemon at \(name) lets us in, and evaluates nothing: exec is switched off\(detail)",
            stage: .sshExec,
            remedy:
                "from ssh 6.0 (OTP 29) on that is the default: start the daemon with {exec, erlang_eval}; before, "
                + "exec is on unless the daemon has a shell of its own or {exec, disabled}")
    }

    private static func stage(_ stage: SecureShellFailure.Stage) -> NodeFailure.Stage {
        switch stage {
        case .greeting: .sshBanner
        case .keyExchange: .sshKeyExchange
        case .authentication: .sshAuthentication
        case .command: .sshExec
        case .up: .sshBridge
        }
    }

    /// The daemon's own shell does not come up either.
    /// - Parameter step: that was not got over.
    package func withoutShell(_ closure: StreamClosure, in step: SecureShellProgress.Step) -> NodeFailure {
        switch closure {
        case .secureShell(.commandRefused): break
        case .secureShell(.exited(_, let words)) where words.contains("Prohibited."): break
        default: return unconnected(closure, in: step)
        }
        var failure = disabled("")
        failure.message = "the SSH daemon at \(name) lets us in, and has neither exec nor a shell for us"
        return failure
    }

    private static func words(_ stage: SecureShellFailure.Stage) -> String {
        switch stage {
        case .greeting: "the greeting"
        case .keyExchange: "the key exchange"
        case .authentication: "the authentication"
        case .command: "the start of our expression"
        case .up: "the exchange"
        }
    }

    /// What answers runs no bridge.
    func noBridge(_ detail: String, in step: SecureShellProgress.Step = .bridge) -> NodeFailure {
        failure(
            .protocolViolation,
            "what answers at \(name) is no SSH daemon of an Erlang node that takes expressions: \(detail)",
            stage: NodeFailure.Stage(step),
            remedy: "check the port: ssh:daemon has one of its own, and {exec, ...} is not to be a program of yours")
    }

    func otherName(_ actual: String) -> NodeFailure {
        failure(
            .name, "the node at \(name) calls itself \(actual), not \(node)", stage: .name,
            remedy: "ask for \(actual), or leave the name out")
    }

    /// - Parameter step: that was not got over.
    package func late(after time: Duration, in step: SecureShellProgress.Step) -> NodeFailure {
        let seconds = time / .seconds(1)
        let words =
            seconds < 1 ? "\(Int((seconds * 1000).rounded(.up))) ms" : "\(Int(seconds.rounded(.up))) s"
        return failure(
            .setupTimeout, "the SSH daemon at \(name) \(Self.missing(step)) within \(words)",
            stage: NodeFailure.Stage(step),
            remedy:
                "give it more time with \(.deadline); \(.steps) shows each step and its time, as \(.examinationOverSSH(of: name)) does"
        )
    }

    /// What was waited for, where `step` was not got over.
    private static func missing(_ step: SecureShellProgress.Step) -> String {
        switch step {
        case .tcp: "was not connected to"
        case .banner: "has not said that it speaks SSH"
        case .keyExchange: "has not agreed on keys with us"
        case .hostKey: "has a host key that was not judged"
        case .authentication: "has not let us in"
        case .exec: "has let us in, and not run our expression"
        case .bridge: "runs our expression, which has not said which node it is on"
        }
    }

    // MARK: a session that was up

    package func lost(_ node: String, _ closure: StreamClosure) -> NodeFailure {
        let detail =
            switch closure {
            case .tunnel(let end): ": \(end.words)"
            case .secureShell(.ended(_, let words)), .secureShell(.broken(_, let words)): ": \(words)"
            case .secureShell(.exited(_, let words)) where !words.isEmpty: ": \(words)"
            default: ""
            }
        return failure(
            .closed, "the SSH connection to \(node) at \(name) ended while it was in use\(detail)", stage: .down,
            node: node,
            remedy: "see whether the node still runs, and its log")
    }

    func silent(_ node: String) -> NodeFailure {
        failure(
            .tick,
            "\(node) at \(name) was silent for \(Int(silence / .seconds(1))) s: the network, or the node, stands still",
            stage: .tick, node: node, remedy: "look for the network between, and whether the node still runs")
    }

    func violation(_ node: String, _ detail: String) -> NodeFailure {
        failure(
            .protocolViolation, "\(node) at \(name) breaks the protocol of our bridge there: \(detail)", stage: .up,
            node: node, remedy: "see whether something else writes to the channel, as a shell that was started for it")
    }

    func tooLarge(_ node: String, _ detail: String) -> NodeFailure {
        failure(
            .protocolViolation, "an answer of \(node) is larger or deeper than this tool takes: \(detail)", stage: .up,
            node: node, remedy: "ask for less, or for its text: io_lib:format(\"~tp\", [Value])")
    }

    func callFailed(_ node: String, _ reason: TermView) -> NodeFailure {
        failure(
            .rpc, "\(node) is up, and a call there ended: \(TermPrinter.excerpt(reason))", stage: .up, node: node,
            remedy: "somebody killed it, or the node is stopping; try again")
    }

    func closedByUs(_ node: String) -> NodeFailure {
        failure(.closed, "the SSH connection to \(node) was closed by this side", stage: .down, node: node, remedy: "")
    }

    private func failure(
        _ code: FailureCode, _ message: String, stage: NodeFailure.Stage = .tcp, node: String? = nil, remedy: Remedy
    ) -> NodeFailure {
        NodeFailure(code, stage: stage, node: node ?? self.node, message: message, remedy: remedy)
    }
}
