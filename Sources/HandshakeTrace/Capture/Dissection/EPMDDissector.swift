import Diagnosis
import DistributionProtocol
import PacketCapture

/// Reads a conversation with epmd that passes by: one question, one answer.
struct EPMDDissector {
    enum Finding {
        case request(EPMDRequest)
        /// A request that only epmd's own tool makes, and the name that it is about.
        case otherRequest(EPMDFacts.Request, alive: String?)
        case response(EPMDResponse)
        case unreadable(String, from: FlowDirection)
    }

    private var question: [UInt8] = []
    private(set) var request: EPMDRequest?
    /// Whether what was asked is no step on the way to a node: nothing that comes of it is an attempt.
    var isAside: Bool {
        switch request {
        case .portPlease: false
        case .names, .alive: true
        case nil: isOther
        }
    }
    private(set) var isOther = false
    private var isAsked = false
    private var reader: EPMDResponseReader?
    private var isAnswered = false

    mutating func received(_ bytes: UnsafeRawBufferPointer, from direction: FlowDirection) -> [Finding] {
        direction == .fromInitiator ? asked(bytes) : answered(bytes)
    }

    /// epmd closed: names have no other end.
    mutating func closed() -> [Finding] {
        guard !isAnswered, case .names = request, let reader, let response = try? reader.closed() else { return [] }
        isAnswered = true
        return [.response(response)]
    }

    private mutating func asked(_ bytes: UnsafeRawBufferPointer) -> [Finding] {
        if isAsked { return [] }
        question += bytes.part(0, EPMDRequest.maximumBytes + 2 - question.count)
        guard question.count >= 3 else { return [] }
        let length = Int(question[0]) << 8 | Int(question[1])
        guard length > 0, length <= EPMDRequest.maximumBytes else {
            isAsked = true
            return [.unreadable("a question of \(length) bytes", from: .fromInitiator)]
        }
        guard question.count >= length + 2 else { return [] }
        isAsked = true
        let body = Array(question[2..<length + 2])
        question = []
        guard let request = EPMDRequest(body: body) else { return [other(body)] }
        self.request = request
        let expectation: EPMDResponseReader.Expectation =
            switch request {
            case .portPlease: .port
            case .names: .names
            case .alive: .alive
            }
        reader = EPMDResponseReader(expecting: expectation)
        return [.request(request)]
    }

    /// DUMP_REQ, KILL_REQ and STOP_REQ (erl_dist_protocol); the last with a name.
    private mutating func other(_ body: [UInt8]) -> Finding {
        isOther = true
        switch body[0] {
        case UInt8(ascii: "d"): return .otherRequest(.dump, alive: nil)
        case UInt8(ascii: "k"): return .otherRequest(.kill, alive: nil)
        case UInt8(ascii: "s"): return .otherRequest(.stop, alive: String(decoding: body.dropFirst(), as: UTF8.self))
        default: return .otherRequest(.other, alive: nil)
        }
    }

    private mutating func answered(_ bytes: UnsafeRawBufferPointer) -> [Finding] {
        guard !isAnswered, reader != nil else { return [] }
        do throws(EPMDError) {
            guard let response = try reader?.received(bytes) else { return [] }
            isAnswered = true
            return [.response(response)]
        } catch {
            isAnswered = true
            return [.unreadable("\(error)", from: .fromAcceptor)]
        }
    }
}
