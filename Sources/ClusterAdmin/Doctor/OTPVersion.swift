/// The version of an OTP application or of OTP itself: numbers joined by dots ("5.1.4.8").
package struct OTPVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let parts: [Int]

    /// nil unless `text` is made of numbers and dots; more than 8 numbers have never been seen.
    package init?(_ text: some StringProtocol) {
        var parts: [Int] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let number = Int(part), number >= 0, parts.count < 8 else { return nil }
            parts.append(number)
        }
        guard !parts.isEmpty else { return nil }
        self.parts = parts
    }

    package var description: String { parts.map(String.init).joined(separator: ".") }

    /// "5.1" stands before "5.1.0", as in OTP's own numbering.
    package static func < (left: OTPVersion, right: OTPVersion) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    /// Whether a change made in this version is in `other`: in the same branch, or behind the newest branch that it
    /// was made in (OTP's user guide, "Versions": a branch is what shares all numbers but the last).
    func isContained(in other: OTPVersion, isNewestBranch: Bool) -> Bool {
        guard other >= self else { return false }
        return isNewestBranch || other.parts.starts(with: parts.dropLast())
    }
}
