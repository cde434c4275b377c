/// A decoded term: the packet it came in, and a flat tape of words that describes it. Nothing is copied out of the
/// packet until a view is asked for it.
package struct DecodedTerm: Sendable {
    let tape: TermTape

    /// Decodes the external term that starts at `offset` of `packet` with its version byte 131.
    ///
    /// The packet is kept, not copied: packet and tape live as long as a view of the term.
    ///
    /// - Throws: `TermError` for what is malformed, truncated or beyond `limits`.
    package init(packet: [UInt8], at offset: Int = 0, limits: TermLimits = .standard) throws(TermError) {
        guard offset >= 0, offset < packet.count else { throw .truncated(at: packet.count) }
        guard packet[offset] == ExternalTag.version else { throw .wrongVersion(packet[offset], at: offset) }
        // Offsets on the tape have 32 bits, as the length in front of a distribution packet has.
        let limit = Int(UInt32.max)
        guard packet.count <= limit else { throw .tooLarge(limit: limit, at: offset) }
        let decoded = packet.withUnsafeBytes { bytes -> Result<TermTape, TermError> in
            guard let base = bytes.baseAddress else { return .failure(.truncated(at: 0)) }
            var decoder = TermDecoder(bytes, base: base, at: offset + 1, limits: limits)
            do throws(TermError) {
                try decoder.decode()
                return .success(decoder.tape(over: packet))
            } catch {
                return .failure(error)
            }
        }
        tape = try decoded.get()
    }

    /// Where the bytes of this term end in the packet: a message may follow its control term.
    package var endOffset: Int { tape.endOffset }
    package var root: TermView { TermView(tape: tape, index: 0) }
}

extension TermDecoder {
    consuming fileprivate func tape(over packet: [UInt8]) -> TermTape {
        let endOffset = cursor
        let names = atoms.atoms
        return TermTape(
            packet: packet, words: tape.close(TapeWord(tag: 0, offset: endOffset)), atoms: names,
            endOffset: endOffset)
    }
}
