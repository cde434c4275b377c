package import ByteTransport
package import Diagnosis
import DistributionProtocol
import ErlangTerm

/// One attempt to reach a node through its SSH daemon: until the bridge runs there and has said which node it is, or
/// until it is clear why not.
///
/// It lives until then by itself.
package final class SSHConnector: ByteStreamReceiver {
    package typealias Completion = (SessionOutcome) -> Void

    private let place: SSHPlace
    private let loop: EventLoop
    private var completion: Completion?
    private var stream: (any ByteStream)?
    private var reader = BridgeReader()
    private var timer: TimerHandle?
    /// Is told of each step that is done.
    package var onStep: SecureShellProgress.Observer?
    private var progress = SecureShellProgress()
    private var time = Duration.zero

    package init(to place: SSHPlace, on loop: EventLoop) {
        self.place = place
        self.loop = loop
    }

    /// Begins; `completion` is called once unless `cancel` comes first.
    /// - Parameters:
    ///   - open: starts a stream to the standard input and output of what the daemon makes of an expression.
    ///   - time: for the whole attempt.
    package func start(
        within time: Duration, open: (_ expression: String) -> any ByteStream, _ completion: @escaping Completion
    ) {
        self.completion = completion
        self.time = time
        startClock()
        let stream = open(BridgeWriter.expression(silence: place.silence))
        self.stream = stream
        stream.receiver = self
    }

    /// While a person is asked, no time passes.
    package func stopClock() {
        timer?.cancel()
        timer = nil
    }

    /// From now on all of the time is left.
    package func startClock() {
        stopClock()
        guard completion != nil else { return }
        timer = loop.schedule(at: .now + time) { [self] in
            // A program on the way may have said why nothing comes of the host.
            guard progress.next <= .banner, let words = stream?.wordsOfCarrier else {
                return fail(place.late(after: time, in: progress.next))
            }
            fail(place.unconnected(.tunnel(words), in: progress.next))
        }
    }

    /// Gives up; no completion follows.
    package func cancel() {
        completion = nil
        end()
    }

    /// A step is done: those that the carrier sees are reported by it.
    package func passed(_ step: SecureShellProgress.Step, _ words: String) {
        guard completion != nil, progress.reached.map({ $0 < step }) ?? true else { return }
        progress.pass(step)
        onStep?(step, words)
    }

    package func streamOpened(_ stream: any ByteStream) {}
    package func streamDrained(_ stream: any ByteStream) {}

    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        guard completion != nil else { return }
        // A daemon takes the request, and may say only then, on standard error, that it runs nothing.
        passed(.exec, "")
        var chunk = bytes
        do throws(BridgeFault) {
            guard let greeting = try reader.next(from: &chunk) else { return }
            greeted(stream, greeting, leftover: Array(chunk))
        } catch {
            fail(place.noBridge("\(error)"))
        }
    }

    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        self.stream = nil
        fail(place.unconnected(reason, in: progress.next))
    }

    /// `{1, Node, Release}`.
    private func greeted(_ stream: any ByteStream, _ greeting: [UInt8], leftover: [UInt8]) {
        guard let parts = (try? DecodedTerm(packet: greeting))?.root.elements(3), parts[0]?.integer == 1,
            let name = parts[1]?.atom?.name, (try? NodeName(name)) != nil
        else { return fail(place.noBridge("a greeting that is none of the bridge's")) }
        guard place.expects(name) else { return fail(place.otherName(name)) }
        passed(.bridge, name)
        let session = SSHSession(stream, reader: reader, node: name, place: place, on: loop)
        session.begin()
        session.proceed(with: leftover)
        self.stream = nil
        let completion = self.completion
        cancel()
        completion?(.opened(session))
    }

    private func fail(_ failure: NodeFailure) {
        let completion = self.completion
        cancel()
        completion?(.failed(failure))
    }

    private func end() {
        timer?.cancel()
        timer = nil
        stream?.close()
        stream = nil
    }
}
