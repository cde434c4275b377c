package import Diagnosis
import Foundation

/// What a vantage makes of a fault, without its sentences.
package struct Verdict: Hashable, Sendable, CustomStringConvertible {
    package var code: String
    package var stage: String
    package var isCertain: Bool
    /// The codes that it may be instead, in their order.
    package var alternatives: [String]

    init(_ code: String, at stage: String, isCertain: Bool, unless alternatives: [String]) {
        self.code = code
        self.stage = stage
        self.isCertain = isCertain
        self.alternatives = alternatives
    }

    package init(_ finding: Finding) {
        code = finding.code.rawValue
        stage = finding.stage.rawValue
        isCertain = finding.isCertain
        alternatives = finding.alternatives.map(\.rawValue)
    }

    /// - Parameter document: an element of `errors`, an attempt's document or `doctor`'s failure.
    package init?(document: [String: Any]) {
        guard let code = document["code"] as? String, let stage = document["stage"] as? String else { return nil }
        self.code = code
        self.stage = stage
        let words = document["alternative"] as? String
        isCertain = words == nil
        alternatives = words.map { Alternative($0).codes.map(\.rawValue) } ?? []
    }

    /// As a line of the table has it.
    package var description: String {
        let others = alternatives.isEmpty ? "" : ", or \(alternatives.joined(separator: " "))"
        return "\(code) at \(stage), " + (isCertain ? "certain" : "likely\(others)")
    }

    /// Whether it says that the fault is `code`: certainly or likely, or as the first of what it may be instead. Where all
    /// that is known is that a certificate was refused, the code is one of many.
    package func agrees(with code: FailureCode) -> Bool {
        if self.code == code.rawValue { return true }
        guard !isCertain else { return false }
        let isUnread = Set(alternatives).isSuperset(of: AttemptRules.refusals.map(\.rawValue))
        return alternatives.first == code.rawValue || isUnread && AttemptRules.refusals.contains(code)
    }
}
