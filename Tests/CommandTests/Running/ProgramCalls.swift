import Foundation

/// What a program has noted of each of its calls: a line with its process and the rest.
enum ProgramCalls {
    static func read(_ path: String) -> [(process: pid_t, words: String)] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            return parts.count == 2 ? pid_t(parts[0]).map { ($0, String(parts[1])) } : nil
        }
    }
}
