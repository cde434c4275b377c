/// What is fuzzed: each target takes any bytes and says what it did wrong with them. Typed errors are right answers.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// External terms: decoded, walked, printed, read back, encoded.
    case terms
    /// Terms as text, and files of them.
    case text
    /// The bytes that an initiator or an acceptor gets.
    case handshake
    /// The stream behind the handshake: frames, control messages, payloads.
    case frames
    /// Answers of epmd.
    case epmd
    /// Requests to the epmd of erlclud.
    case portMapper = "epmd-requests"
    /// What comes for `global_name_server`: terms, one behind the other.
    case global
    /// An arguments file of the emulator.
    case arguments = "vm-args"
    /// The `env.sh` of a release.
    case environmentScript = "env-sh"
    /// An `ssl_dist_optfile`.
    case optfile
    /// A file of contexts, resolved down to the settings of a target.
    case context
    /// Both directions of a TLS connection, as a capture has them, and key logs.
    case tls
    /// A capture: its blocks, packets, streams, and what is said on them.
    case capture
    /// A recording of `trace dist`, shown again.
    case recording
    /// A file of OpenSSH's settings, resolved for hosts.
    case secureShellSettings = "ssh-config"
    /// A file of known host keys, asked, and changed.
    case knownHosts = "known-hosts"
    /// Lines of the bridge that runs on a node behind SSH.
    case bridge = "ssh-bridge"
    /// Answers of an SSH agent.
    case agent = "ssh-agent"

    /// - Throws: `FuzzFinding` when a promise is broken; a crash is a finding, too.
    package func run(_ input: [UInt8]) throws(FuzzFinding) {
        switch self {
        case .terms: try TermFuzzing.binary(input)
        case .text: try TermFuzzing.text(input)
        case .handshake: try HandshakeFuzzing.run(input)
        case .frames: try FrameFuzzing.run(input)
        case .epmd: try EPMDFuzzing.run(input)
        case .portMapper: try EPMDFuzzing.requests(input)
        case .global: try GlobalFuzzing.run(input)
        case .arguments: try FileFuzzing.arguments(input)
        case .environmentScript: try FileFuzzing.environmentScript(input)
        case .optfile: try FileFuzzing.optionFile(input)
        case .context: try FileFuzzing.context(input)
        case .tls: try TLSFuzzing.run(input)
        case .capture: try CaptureFuzzing.run(input)
        case .recording: try RecordingFuzzing.run(input)
        case .secureShellSettings: try SecureShellFuzzing.settings(input)
        case .knownHosts: try SecureShellFuzzing.knownHosts(input)
        case .bridge: try SecureShellAnswerFuzzing.bridge(input)
        case .agent: try SecureShellAnswerFuzzing.agent(input)
        }
    }
}

/// A promise that an input broke.
package struct FuzzFinding: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    static func check(_ holds: Bool, _ promise: @autoclosure () -> String) throws(FuzzFinding) {
        if !holds { throw FuzzFinding(promise()) }
    }
}
