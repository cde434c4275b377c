import ByteTransport
import Diagnosis
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Glibc
import Testing

/// What ends a connection through SSH, and what is made of it; and daemons that mean no good.
@Suite(.waiting) struct SSHConnectorTests {
    private let link = BridgeLink()
    /// `{1, 'a@b', <<"25">>}`.
    private static let greeting = "echo erlclu-bridge g2gDYQF3A2FAYm0AAAACMjU="

    private static let refusal = NodeFailure(
        .sshHostKey, stage: .tcp, node: "a@b", message: "another key", remedy: "look")

    @Test(arguments: [
        (StreamClosure.secureShell(.hostKey(refusal)), FailureCode.sshHostKey, "another key"),
        (
            .secureShell(
                .denied(.init(user: "ops", tried: ["key"], untried: ["x is encrypted"], methods: ["password"]))),
            .sshAuthentication,
            "does not let us in as ops: it refuses key; not shown: x is encrypted; it takes password"
        ),
        (.secureShell(.denied(.init(user: ""))), .sshAuthentication, "there is no key to show"),
        (.secureShell(.ended(.authentication, words: "Too many")), .sshAuthentication, "Too many"),
        (.secureShell(.commandRefused(words: "no")), .sshDisabled, "exec is switched off (no)"),
        (.secureShell(.exited(status: 255, words: "Prohibited.")), .sshDisabled, "exec is switched off"),
        (
            .secureShell(.exited(status: 127, words: "not found")), .protocolViolation,
            "it ended our expression with status 127 and says: not found"
        ),
        (.secureShell(.exited(status: nil, words: "")), .protocolViolation, "it ended our expression"),
        (.secureShell(.broken(.greeting, words: "too long")), .protocolViolation, "does not speak SSH: too long"),
        (.secureShell(.broken(.keyExchange, words: "no match")), .protocolViolation, "key exchange"),
        (.secureShell(.ended(.greeting, words: "")), .closed, "before it has said that it speaks SSH"),
        (.secureShell(.ended(.command, words: "bye")), .closed, "in the start of our expression: bye"),
        (
            .secureShell(.libraryMissing("no file", remedy: "install libssh-4")), .configuration,
            "libssh cannot be loaded"
        ),
        (.unresolved(ResolveFailure(host: "box", cause: .unknownName, text: "unknown")), .dns, "unknown"),
        (.refused, .tcpRefused, "connection refused"), (.unreachable(errno: EHOSTUNREACH), .tcpTimeout, "No route"),
        (.tunnel(TunnelFailure(tunnel: "ProxyCommand", words: "it ended")), .tunnel, "ProxyCommand"),
        (.reset, .tunnel, "broke"), (.endOfStream, .protocolViolation, "ran our expression to its end"),
    ])
    func eachEndHasItsReason(closure: StreamClosure, code: FailureCode, words: String) throws {
        let place = SSHPlace(
            name: "ops@box:10022", endpoint: Endpoint(host: "box", port: 10022), node: "a@b", expected: .anyName)
        var result: SessionOutcome?
        SSHConnector(to: place, on: link.loop).start(within: .seconds(Deadline.patience)) { _ in
            EndedStream(closure, on: link.loop)
        } _: {
            result = $0
        }
        _ = link.loop.run(until: .now + .seconds(Deadline.patience)) { result != nil }
        guard case .failed(let failure)? = result else { return #expect(Bool(false)) }
        #expect(failure.code == code && failure.message.contains(words), "\(failure.message)")
    }

    @Test(arguments: [
        "echo hello", "echo erlclu-bridge", "echo erlclu-bridge AAAA; cat", "echo 'erlclu-bridge g2EB'; cat",
        "yes", "yes '' ", "head -c 100000 /dev/zero; cat", "echo 'erlclu-bridge *'; cat",
        // {1, 'a b', 1}: no name of a node.
        "echo erlclu-bridge g2gDYQF3A2EgYmEB; cat",
    ])
    func whatIsNoBridgeIsSaidToBeNone(script: String) throws {
        let failure = try link.failure(script: script)
        #expect(failure.code == .protocolViolation && failure.stage == .sshBridge, "\(failure)")
    }

    @Test func silenceEnds() throws {
        #expect(try link.failure(within: .milliseconds(200), script: "exec cat >/dev/null").code == .setupTimeout)
        #expect(
            try link.failure(within: .milliseconds(200), script: "while :; do printf x; sleep 0.05; done").code
                == .setupTimeout)
    }

    @Test(arguments: [
        "echo .AAAA", "echo .g2gDYQBhAWEB", "echo .g2EB", "echo +", "yes", "yes '+'", "head -c 100000 /dev/zero",
    ])
    func aBridgeThatBreaksItsProtocolIsLeft(script: String) throws {
        let session = try link.outcome { _ in ["sh", "-c", "\(Self.greeting); read go; \(script); exec cat >/dev/null"]
        }.get()
        #expect(session.nodeName == "a@b")
        var lost: NodeFailure?
        session.observeLoss { lost = $0 }
        session.call("erlang", "node", []) { _ in }
        _ = link.loop.run(until: .now + .seconds(Deadline.patience)) { lost != nil }
        #expect(lost?.code == .protocolViolation && !session.isUp, "\(String(describing: lost))")
    }

    /// Answers to what nobody has asked are dropped.
    @Test func unaskedAnswersHarmNobody() throws {
        // {9, item, 1}, {9, exit, 1}.
        let script = "\(Self.greeting); echo .g2gDYQl3BGl0ZW1hAQ==; echo .g2gDYQl3BGV4aXRhAQ==; exec cat >/dev/null"
        let session = try link.outcome { _ in ["sh", "-c", script] }.get()
        _ = link.loop.run(until: .now + .milliseconds(200)) { !session.isUp }
        #expect(session.isUp)
        session.close()
    }

    @Test func theNameIsCompared() throws {
        let daemon = { (_: String) in ["sh", "-c", "\(Self.greeting); exec cat >/dev/null"] }
        for (expected, isExpected) in [
            (SSHPlace.Expectation.name("a@b"), true), (.nameWithoutHost("a"), true), (.anyName, true),
            (.name("a@c"), false), (.nameWithoutHost("b"), false),
        ] {
            switch try link.outcome(expecting: expected, daemon) {
            case .opened(let session):
                #expect(isExpected)
                session.close()
            case .failed(let failure): #expect(!isExpected && failure.code == .name && failure.stage == .name)
            }
        }
    }
}

/// One that is over from the beginning.
private final class EndedStream: ByteStream {
    private let closure: StreamClosure
    private let loop: EventLoop
    var isReadingPaused = false
    var pendingOutput: Int { 0 }
    var receiver: (any ByteStreamReceiver)? {
        didSet {
            guard let receiver else { return }
            loop.enqueue { [self] in receiver.stream(self, closed: closure) }
        }
    }

    init(_ closure: StreamClosure, on loop: EventLoop) {
        self.closure = closure
        self.loop = loop
    }

    func write(_ bytes: consuming [UInt8]) {}
    func close() { receiver = nil }
}
