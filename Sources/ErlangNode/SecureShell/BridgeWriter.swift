import ErlangTerm

/// What the bridge on a node is started with, and the lines that it reads (`NodePrograms/bridge.erl.expr`).
enum BridgeWriter {
    /// Three bytes are four letters: only the last part has padding.
    private static let partSize = 12_288

    /// The expression that starts it, for exec of `ssh:daemon`: one line, which ends with a dot.
    ///
    /// With `erl_eval:exprs/2` the node would run its linter over the forms; from OTP 25 on a map of bindings makes
    /// them run faster. Its value is short, since exec prints it.
    /// - Parameter silence: how long it does without a beat.
    static func expression(silence: Duration) -> String {
        let milliseconds = Int(max(silence, .milliseconds(1)) / .milliseconds(1))
        var encoder = TermEncoder()
        encoder.writeVersion()
        NodeProgram.bridge.write(after: nil, to: &encoder)
        return "begin erl_eval:exprs(binary_to_term(base64:decode(<<\"\(Base64.text(encoder.bytes))\">>)),"
            + "case erlang:system_info(otp_release)<\"25\" of true->[{list_to_existing_atom(\"Silence\"),\(milliseconds)}];"
            + "_->#{list_to_existing_atom(\"Silence\")=>\(milliseconds)}end,none),ok end."
    }

    /// The lines for one term in the external format.
    static func lines(_ term: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(term.count / 3 * 4 + 8)
        var start = 0
        repeat {
            let end = min(start + partSize, term.count)
            lines.append(UInt8(ascii: end < term.count ? "+" : "."))
            lines += Base64.encoded(term[start..<end])
            lines.append(UInt8(ascii: "\n"))
            start = end
        } while start < term.count
        return lines
    }

    /// - Parameter arguments: a list in external term format, without the version byte.
    static func call(_ number: Int, _ module: Atom, _ function: Atom, encoded arguments: [UInt8]) -> [UInt8] {
        var encoder = TermEncoder()
        encoder.writeVersion()
        encoder.writeBytes([104, 5])
        encoder.write(.integer(number))
        encoder.write(.atom("call"))
        encoder.write(.atom(module))
        encoder.write(.atom(function))
        encoder.writeBytes(arguments)
        return lines(encoder.bytes)
    }

    /// - Parameters:
    ///   - message: a term in external term format, without the version byte.
    ///   - target: a pid, or the number of a request whose process is to have it.
    static func send(_ message: [UInt8], to target: Term) -> [UInt8] {
        var encoder = TermEncoder()
        encoder.writeVersion()
        encoder.writeBytes([104, 3])
        encoder.write(target)
        encoder.write(.atom("send"))
        encoder.writeBytes(message)
        return lines(encoder.bytes)
    }

    static func run(_ number: Int, _ program: NodeProgram, _ bindings: [ProgramBinding]) -> [UInt8] {
        var encoder = TermEncoder()
        encoder.writeVersion()
        // A tuple of four: the forms are encoded already.
        encoder.writeBytes([104, 4])
        encoder.write(.integer(number))
        encoder.write(.atom("run"))
        program.write(after: .bridgeEmit, to: &encoder)
        encoder.write(.list(bindings.map { .tuple([.atom($0.name), $0.value]) }))
        return lines(encoder.bytes)
    }

    /// Says that we are there; it is answered.
    static let beat: [UInt8] = {
        var encoder = TermEncoder()
        encoder.writeVersion()
        encoder.write(.tuple([.integer(0), .atom("beat")]))
        return lines(encoder.bytes)
    }()

    static func stop(_ number: Int) -> [UInt8] {
        var encoder = TermEncoder()
        encoder.writeVersion()
        encoder.write(.tuple([.integer(number), .atom("stop")]))
        return lines(encoder.bytes)
    }
}
