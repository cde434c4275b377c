/// An input cut into chunks: its first byte says how large they are, so that the fuzzer chooses where a peer's bytes
/// are torn apart.
struct ChunkedInput {
    /// What a target makes of the rest of the first byte.
    let variant: Int
    let bytes: ArraySlice<UInt8>
    let size: Int

    /// The low three bits are the variant; the others the size of a chunk, where 0 stands for the whole.
    init?(_ input: [UInt8]) {
        guard let first = input.first else { return nil }
        variant = Int(first & 7)
        bytes = input.dropFirst()
        size = first >> 3 == 0 ? max(bytes.count, 1) : Int(first >> 3)
    }

    /// - Parameter take: gets each chunk; with false it ends.
    func forEachChunk<Failure>(_ take: (UnsafeRawBufferPointer) throws(Failure) -> Bool) throws(Failure) {
        var rest = bytes
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            let result = chunk.withUnsafeBytes { bytes -> Result<Bool, Failure> in
                do throws(Failure) { return .success(try take(bytes)) } catch { return .failure(error) }
            }
            guard try result.get() else { return }
        }
    }
}
