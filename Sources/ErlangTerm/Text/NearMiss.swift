/// Finds the word that was probably meant: an option, a setting, the name of a node.
package enum NearMiss {
    /// The candidate with the fewest edits from `word`, if it is near enough to be worth a question.
    package static func of(_ word: String, among candidates: [String]) -> String? {
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let distance = editDistance(Array(word.utf8), Array(candidate.utf8))
            if distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        guard let best else { return nil }
        let shorter = min(word.utf8.count, best.word.utf8.count)
        return best.distance <= max(1, (shorter + 1) / 3) ? best.word : nil
    }

    /// Insertions, deletions, replacements, and swaps of neighbours.
    package static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        // Longer words are no typing mistakes, and the table would be as large as the caller likes.
        guard left.count <= 64, right.count <= 64 else { return Int.max }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column + 1], current[column]) + 1
                cost = min(cost, last[column] + (byte == other ? 0 : 1))
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
