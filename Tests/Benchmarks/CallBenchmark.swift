import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Glibc
import TLSTransport

/// Sequential calls of `erlang:node()` on one open connection.
struct CallBenchmark {
    private let loop = EventLoop()
    private let connection: NodeConnection

    /// - Parameter tls: the files of the authority, of our certificate and of its key; none for plain TCP.
    init(node: String, cookieFile: String, tls: ArraySlice<String>) throws {
        let port = getenv("ERL_EPMD_PORT").flatMap { UInt16(String(cString: $0)) } ?? 4369
        let cookie = String(decoding: try contents(of: cookieFile), as: UTF8.self)
        let name = try NodeName(node)
        var target = PeerSettings(
            name: name, portLookup: .epmd(host: nil, port: port), cookie: Secret(cookie), cookieOrigin: "from a file")
        if let security = try CallSecurity(tls, host: name.host) { target.security = security }
        // All that it does is await answers, one at a time.
        loop.awaitedAnswers = 1
        var result: ConnectionOutcome?
        NodeConnector(target: target, on: loop).start { result = $0 }
        _ = loop.run(until: .now + .seconds(10)) { result != nil }
        guard let result else { throw BenchmarkFailure.noAnswer }
        connection = try result.get()
    }

    /// - Returns: how many calls gave what they should.
    func call(times: Int) -> Int {
        var good = 0
        for _ in 0..<times {
            var result: Result<CallOutcome, NodeFailure>?
            connection.call("erlang", "node", []) { result = $0 }
            _ = loop.run(until: nil) { result != nil }
            if case .success(.returned(let view))? = result, view.atom != nil { good += 1 }
        }
        return good
    }
}

/// Mutual TLS, verified against the node's host.
final class CallSecurity: StreamSecurity {
    private let context: TLSContext
    private let host: String

    /// Nil when no files are given.
    init?(_ files: ArraySlice<String>, host: String) throws {
        guard let authority = files.first, files.count == 3 else { return nil }
        var configuration = TLSConfiguration(role: .initiator)
        configuration.trustFiles = [authority]
        configuration.certificateFile = files[files.startIndex + 1]
        configuration.keyFile = files[files.startIndex + 2]
        context = try TLSContext(configuration)
        self.host = host
    }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        do throws(TLSConfigurationError) {
            let secure = try TLSStream(over: stream, context: context, loop: loop, peerName: host, serverName: host)
            loop.enqueue { secure.streamOpened(stream) }
            return secure
        } catch {
            throw .tls(TLSFailure(cause: .library("\(error)")))
        }
    }
}
