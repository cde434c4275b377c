import ErlangTerm
import Foundation
import Testing

struct Base64Tests {
    /// Foundation is the judge.
    @Test func textIsReadAsItIsWritten() {
        for count in [0, 1, 2, 3, 4, 5, 100, 1_001] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let text = Data(bytes).base64EncodedString()
            #expect(Base64.text(bytes) == text)
            var read: [UInt8] = [7]
            let isRead = Array(text.utf8).withUnsafeBytes { Base64.decode($0, appendingTo: &read) }
            #expect(isRead && read == [7] + bytes)
        }
    }

    /// A large value comes in many of them.
    @Test func aPieceDoesNotCopyAllThatIsThere() {
        var bytes: [UInt8] = []
        var capacities: Set<Int> = []
        let piece = [UInt8](repeating: UInt8(ascii: "A"), count: 4_000)
        for _ in 0..<2_000 {
            _ = piece.withUnsafeBytes { Base64.decode($0, appendingTo: &bytes) }
            capacities.insert(bytes.capacity)
        }
        #expect(bytes.count == 6_000_000 && capacities.count < 40)
    }
}
