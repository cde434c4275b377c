package import ByteTransport
package import Diagnosis
package import DistributionProtocol

/// One question to epmd on a connection of its own, as epmd wants it.
package final class EPMDQuery: ByteStreamReceiver {
    /// How a question failed.
    package enum Failure: Error, Hashable, Sendable {
        case connection(StreamClosure)
        case answer(EPMDError)
    }

    private let stream: TCPStream
    private let request: EPMDRequest
    private var reader: EPMDResponseReader
    private var completion: ((Result<EPMDResponse, Failure>) -> Void)?
    /// Whether the connection came up: what follows is then epmd's own doing.
    package private(set) var isConnected = false
    /// How much of an answer has come.
    var receivedBytes: Int { reader.receivedBytes }

    /// Receives the addresses that the host's name stands for, where it is no address itself.
    package var onResolved: (([SocketAddress]) -> Void)? {
        get { stream.onResolved }
        set { stream.onResolved = newValue }
    }

    /// Asks epmd at `endpoint`. `completion` is called once, unless `cancel` comes first.
    /// - Parameter request: `portPlease` or `names`.
    package init(
        _ request: EPMDRequest, at endpoint: Endpoint, by dialer: any Dialer = TCPDialer(), on loop: EventLoop,
        completion: @escaping (Result<EPMDResponse, Failure>) -> Void
    ) {
        self.request = request
        self.reader = EPMDResponseReader(expecting: request == .names ? .names : .port)
        self.completion = completion
        self.stream = dialer.dial(host: endpoint.host, port: endpoint.port, on: loop)
        stream.receiver = self
    }

    /// Gives up; no completion follows.
    package func cancel() {
        completion = nil
        stream.close()
    }

    package func streamOpened(_ stream: any ByteStream) {
        isConnected = true
        stream.write(request.encoded)
    }

    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        do {
            if let response = try reader.received(bytes) { finish(.success(response)) }
        } catch {
            finish(.failure(.answer(error)))
        }
    }

    package func streamDrained(_ stream: any ByteStream) {}

    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        guard reason == .endOfStream, isConnected else { return finish(.failure(.connection(reason))) }
        do {
            finish(.success(try reader.closed()))
        } catch .truncated(after: 0) {
            finish(.failure(.connection(reason)))
        } catch {
            finish(.failure(.answer(error)))
        }
    }

    /// What the program of a tunnel seems to have said itself, whatever it was taken for here.
    package var wordsOfCarrier: TunnelFailure? { stream.wordsOfCarrier }

    private func finish(_ result: Result<EPMDResponse, Failure>) {
        let result = wordsOfCarrier.map { .failure(.connection(.tunnel($0))) } ?? result
        stream.close()
        let completion = self.completion
        self.completion = nil
        completion?(result)
    }
}

extension EPMDQuery {
    /// A node that epmd knows, and the port that it listens on.
    package typealias Registration = (alive: String, port: UInt16)

    /// Asks for all names, with the failure in the words of a connection attempt.
    package static func names(
        at endpoint: Endpoint, by dialer: any Dialer, on loop: EventLoop,
        completion: @escaping (Result<[Registration], NodeFailure>) -> Void
    ) -> EPMDQuery {
        EPMDQuery(.names, at: endpoint, by: dialer, on: loop) { result in
            completion(
                result.map { response in
                    guard case .names(let names) = response else { return [] }
                    return names.nodes.map { ($0.alive, $0.port) }
                }.mapError { attempt(at: endpoint).epmdFailed($0) })
        }
    }

    /// The failure of this question, when it was not answered in time.
    /// - Parameter time: how long it had, in words.
    package func silence(at endpoint: Endpoint, within time: String = "the time of this command") -> NodeFailure {
        let attempt = Self.attempt(at: endpoint)
        if let wordsOfCarrier { return attempt.unconnected(.tunnel(wordsOfCarrier), at: .epmd) }
        return isResolving
            ? attempt.resolutionTimeout(host: endpoint.host, after: time)
            : attempt.epmdLate(self, after: time)
    }

    /// Whether the host's name is still being looked up.
    var isResolving: Bool { stream.isResolving }

    private static func attempt(at endpoint: Endpoint) -> OwnAttempt {
        OwnAttempt(node: endpoint.host, endpoint: endpoint, now: 0, isSecure: false)
    }
}
