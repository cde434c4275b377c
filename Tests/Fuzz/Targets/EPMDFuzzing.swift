import DistributionProtocol

/// Promises about answers of epmd.
enum EPMDFuzzing {
    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        guard let chunks = ChunkedInput(input) else { return }
        let expectation: EPMDResponseReader.Expectation =
            switch chunks.variant & 3 {
            case 0: .port
            case 1: .names
            default: .alive
            }
        let torn = answer(chunks, expectation)
        let whole = answer(ChunkedInput([UInt8(chunks.variant)] + chunks.bytes) ?? chunks, expectation)
        switch (torn, whole) {
        case (.success(let one), .success(let other)):
            try FuzzFinding.check(one == other, "torn: \(one), at once: \(other)")
        // How much had arrived when it went wrong depends on the chunks.
        case (.failure, .failure): break
        default: throw FuzzFinding("an answer depends on the chunks: \(torn), \(whole)")
        }
    }

    private static func answer(
        _ chunks: ChunkedInput, _ expectation: EPMDResponseReader.Expectation
    ) -> Result<EPMDResponse, EPMDError> {
        var reader = EPMDResponseReader(expecting: expectation)
        var answer: EPMDResponse?
        do throws(EPMDError) {
            try chunks.forEachChunk { bytes throws(EPMDError) in
                answer = try reader.received(bytes)
                return answer == nil
            }
            if let answer { return .success(answer) }
            return .success(try reader.closed())
        } catch {
            return .failure(error)
        }
    }

    /// Promises of a directory: each request gets the same answer however it is torn, and what it lists can be read.
    static func requests(_ input: [UInt8]) throws(FuzzFinding) {
        guard let chunks = ChunkedInput(input) else { return }
        let torn = request(chunks)
        let whole = request(ChunkedInput([UInt8(chunks.variant)] + chunks.bytes) ?? chunks)
        try FuzzFinding.check(torn == whole, "torn: \(String(describing: torn)), at once: \(String(describing: whole))")
        guard case .some(.some(let body)) = whole else { return }
        var directory = EPMDDirectory(port: 4369, creation: UInt32(chunks.variant))
        let answer = directory.answer(to: body, from: 1, isLocal: chunks.variant & 1 == 0)
        try FuzzFinding.check(
            answer.isRegistration == !directory.names.isEmpty, "\(answer) with \(directory.names)")
        let listed = directory.answer(to: [110], from: 2, isLocal: false).bytes
        var reader = EPMDResponseReader(expecting: .names)
        var names: [String] = []
        do throws(EPMDError) {
            try ChunkedInput([0] + listed)?.forEachChunk { bytes throws(EPMDError) in
                try reader.received(bytes) == nil
            }
            if case .names(let found) = try reader.closed() { names = found.nodes.map(\.alive) }
        } catch {
            throw FuzzFinding("a list of names that cannot be read: \(error)")
        }
        try FuzzFinding.check(names == directory.names, "\(names) are listed of \(directory.names)")
        directory.left(1)
        try FuzzFinding.check(directory.names.isEmpty, "a name outlives its connection")
    }

    /// - Returns: nil for what is no request.
    private static func request(_ chunks: ChunkedInput) -> [UInt8]?? {
        var reader = EPMDRequestReader()
        var body: [UInt8]?
        do throws(EPMDRequestReader.Unreadable) {
            try chunks.forEachChunk { bytes throws(EPMDRequestReader.Unreadable) in
                body = try reader.received(bytes)
                return body == nil
            }
            return .some(body)
        } catch {
            return nil
        }
    }
}
