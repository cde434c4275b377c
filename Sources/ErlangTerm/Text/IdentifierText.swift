/// Process identifiers, ports and references as their own node writes them: `<0.84.0>`, `#Port<0.3>`,
/// `#Ref<0.1.2.3>`. The first number stands for the node, 0 for one's own; what other nodes have is an index of the
/// writing node's tables that nobody else can use, so theirs carry the name instead: `<other@host.84.0>`.
struct IdentifierText {
    /// The node whose identifiers begin with 0.
    var localNode: Atom?

    func write(_ pid: PID, to sink: inout TextSink) {
        sink.append(UInt8(ascii: "<"))
        write(node: pid.node, to: &sink)
        sink.append(UInt8(ascii: "."))
        sink.append(decimal: UInt64(pid.id))
        sink.append(UInt8(ascii: "."))
        sink.append(decimal: UInt64(pid.serial))
        sink.append(UInt8(ascii: ">"))
    }

    func write(_ port: PortIdentifier, to sink: inout TextSink) {
        sink.append("#Port<")
        write(node: port.node, to: &sink)
        sink.append(UInt8(ascii: "."))
        sink.append(decimal: port.id)
        sink.append(UInt8(ascii: ">"))
    }

    /// All words, the last one of the wire first. Monitors with an alias on OTP 27 and 29 have five.
    func write(_ reference: Reference, to sink: inout TextSink) {
        sink.append("#Ref<")
        write(node: reference.node, to: &sink)
        for word in reference.words.reversed() {
            sink.append(UInt8(ascii: "."))
            sink.append(decimal: UInt64(word))
        }
        sink.append(UInt8(ascii: ">"))
    }

    private func write(node: Atom, to sink: inout TextSink) {
        if node == localNode { return sink.append(UInt8(ascii: "0")) }
        for scalar in node.name.unicodeScalars { EscapedText.write(scalar, quote: ">", to: &sink) }
    }
}
