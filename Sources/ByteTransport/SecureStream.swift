package import Diagnosis

/// A stream whose handshake can be asked about after the event.
package protocol SecureStream: ByteStream {
    /// What was seen of the handshake, for a failure that the stream itself does not know of.
    func account(of cause: TLSFailure.Cause) -> TLSFailure
}
