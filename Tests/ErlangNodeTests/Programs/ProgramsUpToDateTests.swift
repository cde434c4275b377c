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

    @Test(
        arguments: [
            ("", []), ("TQ==", [77]), ("TWE=", [77, 97]), ("TWFu", [77, 97, 110]), ("+/8A", [251, 255, 0]),
            ("qmo=", [170, 106]),
        ] as [(String, [UInt8])])
    func base64(text: String, bytes: [UInt8]) {
        let decoded = Array(text.utf8).withUnsafeBufferPointer { Base64.decode($0) }
        #expect(decoded == bytes)
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
