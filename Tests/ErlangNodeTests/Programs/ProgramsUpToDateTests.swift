import Foundation
import Testing

@testable import ErlangNode

/// The generated file is what the generator makes of the sources beside it.
struct ProgramsUpToDateTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func generatedFileMatchesTheExpressions() throws {
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).swift")
        defer { try? FileManager.default.removeItem(at: output) }
        let generator = Process()
        generator.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        generator.arguments = [
            "escript", Self.root.appendingPathComponent("NodePrograms/generate.escript").path, output.path,
        ]
        generator.standardInput = FileHandle.nullDevice
        try generator.run()
        generator.waitUntilExit()
        #expect(generator.terminationStatus == 0)
        let committed = Self.root.appendingPathComponent("Sources/ErlangNode/Programs/NodeProgramForms.swift")
        let same = try Data(contentsOf: output) == Data(contentsOf: committed)
        #expect(same, "run NodePrograms/generate.escript")
    }

    @Test func listHoldsThePreambleThenTheProgram() {
        let list = NodeProgram.eval.encodedList(after: .preamble)
        let opening = NodeProgram.preamble.encodedForms
        let own = NodeProgram.eval.encodedForms
        let count = NodeProgram.preamble.formCount + NodeProgram.eval.formCount
        #expect(list == [108, 0, 0, 0, UInt8(count)] + opening + own + [106])
        #expect(opening.first == 104, "a form is a tuple")
    }
}
