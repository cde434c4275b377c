package import ErlangTerm

extension DistributionMessage {
    /// The frame of a tick.
    package static let tick: [UInt8] = [0, 0, 0, 0]

    /// A whole frame with its length before it, ready to be written.
    ///
    /// - Parameter payload: what the operation has a payload for; ignored where it has none.
    package static func frame(_ control: ControlMessage, payload: Term? = nil) -> [UInt8] {
        frame(control) { encoder in
            if let payload { encoder.write(payload) }
        }
    }

    /// - Parameter writePayload: writes one term behind the version byte, which is there already. It is not called
    ///   where the operation has no payload.
    package static func frame(
        _ control: ControlMessage, writingPayload writePayload: (inout TermEncoder) -> Void
    ) -> [UInt8] {
        var encoder = TermEncoder(reservingPrefix: 4)
        encoder.writeByte(passThrough)
        encoder.writeVersion()
        encoder.write(control.term)
        if control.operation.hasPayload {
            encoder.writeVersion()
            writePayload(&encoder)
        }
        encoder.fillLengthPrefix()
        return encoder.bytes
    }
}
