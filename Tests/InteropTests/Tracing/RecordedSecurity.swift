import ByteTransport
import Diagnosis
import ErlangNode

/// Keeps what goes through a secure stream, as it is within: a capture that has been decrypted.
final class RecordedSecurity: StreamSecurity {
    private let security: any StreamSecurity
    /// What the peer said, and what we said.
    fileprivate(set) var heard: [UInt8] = []
    fileprivate(set) var said: [UInt8] = []

    init(_ security: any StreamSecurity) { self.security = security }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        RecordedStream(try security.secure(stream, on: loop), self)
    }
}

private final class RecordedStream: ByteStream, ByteStreamReceiver {
    private let stream: any ByteStream
    private let record: RecordedSecurity
    var receiver: (any ByteStreamReceiver)?

    init(_ stream: any ByteStream, _ record: RecordedSecurity) {
        self.stream = stream
        self.record = record
        stream.receiver = self
    }

    var pendingOutput: Int { stream.pendingOutput }
    var isReadingPaused: Bool {
        get { stream.isReadingPaused }
        set { stream.isReadingPaused = newValue }
    }
    var peerCertificate: CertificateFacts? { stream.peerCertificate }

    func write(_ bytes: consuming [UInt8]) {
        record.said += bytes
        stream.write(bytes)
    }

    func close() {
        stream.close()
        receiver = nil
    }

    func streamOpened(_ stream: any ByteStream) { receiver?.streamOpened(self) }
    func streamDrained(_ stream: any ByteStream) { receiver?.streamDrained(self) }

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        record.heard += bytes
        receiver?.stream(self, received: bytes)
    }

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        let told = receiver
        receiver = nil
        told?.stream(self, closed: reason)
    }
}
