import Glibc

/// How the process ends, after `sysexits.h`. Codes of a node's own (`{rpc_error, N}`) come through as they are, and may
/// be any number: what has ended the command is therefore kept beside it.
package struct ExitStatus: Hashable, Sendable {
    package let rawValue: Int32
    /// Whether a signal has ended the command: then nobody waits long for a reader.
    package let isOfSignal: Bool

    package init(rawValue: Int32) {
        self.rawValue = rawValue
        isOfSignal = false
    }

    /// - Parameter signal: what has ended the command.
    package init(signal: Int32) {
        rawValue = 128 + signal
        isOfSignal = true
    }

    package static let done = ExitStatus(rawValue: 0)
    package static let negative = ExitStatus(rawValue: 1)
    package static let partial = ExitStatus(rawValue: 2)
    package static let usage = ExitStatus(rawValue: 64)
    package static let unparsable = ExitStatus(rawValue: 65)
    package static let noInput = ExitStatus(rawValue: 66)
    package static let noHost = ExitStatus(rawValue: 68)
    package static let unavailable = ExitStatus(rawValue: 69)
    package static let defect = ExitStatus(rawValue: 70)
    package static let outputFailed = ExitStatus(rawValue: 74)
    package static let timeout = ExitStatus(rawValue: 75)
    package static let protocolMismatch = ExitStatus(rawValue: 76)
    package static let authentication = ExitStatus(rawValue: 77)
    package static let configuration = ExitStatus(rawValue: 78)
    package static let hungUp = ExitStatus(signal: SIGHUP)
    package static let interrupted = ExitStatus(signal: SIGINT)
    package static let brokenPipe = ExitStatus(signal: SIGPIPE)
    package static let terminated = ExitStatus(signal: SIGTERM)

    /// When each is used, in ascending order: phrases without a final period. The manual page is made of this.
    package static let meanings: [(status: ExitStatus, meaning: String)] = [
        (.done, "done"),
        (.negative, "a negative answer: a check failed, the code on the node raised an exception"),
        (.partial, "partial: some targets failed; -o json lists which"),
        (.usage, "the command line is wrong"),
        (.unparsable, "the expression or term does not parse"),
        (.noInput, "an input file is missing or unreadable"),
        (.noHost, "a host name does not resolve"),
        (.unavailable, "unreachable: epmd, TCP, node not registered, rpc service absent"),
        (.defect, "a defect of this program"),
        (.outputFailed, "standard output, or a file that was asked for, cannot be written"),
        (.timeout, "the deadline passed"),
        (.protocolMismatch, "the two sides do not speak the same: TLS against TCP, flags, node name"),
        (.authentication, "authentication: cookie, certificate, not allowed"),
        (.configuration, "the configuration is wrong"),
        (.interrupted, "ended by SIGINT"),
        (.brokenPipe, "the reader of standard output went away"),
        (.terminated, "ended by SIGTERM"),
    ]
}
