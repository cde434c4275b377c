package import ByteTransport
package import Diagnosis
package import DistributionProtocol

/// Keeps a node's name registered in epmd: as long as its connection there stands, and again when epmd has come back.
package final class NameRegistration: ByteStreamReceiver {
    package enum Event: Hashable, Sendable {
        /// The creation is epmd's; a node that runs keeps the one that it started with.
        case registered(creation: UInt32)
        /// Another node has the name, or epmd refuses it otherwise.
        case refused(result: UInt8)
        case lost(StreamClosure)
        case malformed(EPMDError)

        /// Whether epmd has the name from now on.
        package var isRegistered: Bool { if case .registered = self { true } else { false } }
    }

    /// How long after the first failure it is tried again; doubled up to the last.
    private static let pauses = (first: Duration.milliseconds(500), last: Duration.seconds(10))
    /// epmd answers at once.
    private static let patience = Duration.seconds(5)

    private let request: EPMDRegistration
    private let epmd: Endpoint
    private let loop: EventLoop
    private let report: (Event) -> Void
    private var stream: TCPStream?
    private var reader = EPMDResponseReader(expecting: .alive)
    private var isRegistered = false
    private var pause = NameRegistration.pauses.first
    private var timer: TimerHandle?

    /// - Parameter report: is called for each event until `close`.
    package init(
        _ request: EPMDRegistration, at epmd: Endpoint, on loop: EventLoop, report: @escaping (Event) -> Void
    ) {
        self.request = request
        self.epmd = epmd
        self.loop = loop
        self.report = report
        dial()
    }

    /// The name is free again. Idempotent.
    package func close() {
        timer?.cancel()
        stream?.close()
        stream = nil
    }

    private func dial() {
        reader = EPMDResponseReader(expecting: .alive)
        isRegistered = false
        let stream = TCPDialer().dial(host: epmd.host, port: epmd.port, on: loop)
        stream.receiver = self
        self.stream = stream
        timer = loop.schedule(at: .now + Self.patience) { [weak self] in
            self?.failed(.lost(.unreachable(errno: Self.timedOut)))
        }
    }

    private static let timedOut: Int32 = 110  // ETIMEDOUT of Linux.

    package func streamOpened(_ stream: any ByteStream) { stream.write(EPMDRequest.alive(request).encoded) }
    package func streamDrained(_ stream: any ByteStream) {}

    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        // epmd says nothing once it has answered.
        guard !isRegistered else { return }
        do throws(EPMDError) {
            switch try reader.received(bytes) {
            case .alive(let creation)?:
                isRegistered = true
                timer?.cancel()
                pause = Self.pauses.first
                report(.registered(creation: creation))
            case .aliveRefused(let result)?: failed(.refused(result: result))
            default: break
            }
        } catch {
            failed(.malformed(error))
        }
    }

    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) { failed(.lost(reason)) }

    private func failed(_ event: Event) {
        close()
        let now = pause
        pause = min(pause * 2, Self.pauses.last)
        timer = loop.schedule(at: .now + now) { [weak self] in self?.dial() }
        report(event)
    }
}
