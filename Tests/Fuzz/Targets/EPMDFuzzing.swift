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
}
