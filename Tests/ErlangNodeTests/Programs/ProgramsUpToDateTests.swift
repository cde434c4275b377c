import Foundation
import Testing

@testable import ErlangNode

/// The generated files are what the generator makes of the expressions now.
struct ProgramsUpToDateTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func generatedFilesMatchTheExpressions() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let generator = Process()
        generator.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        generator.arguments = [
            "escript", Self.root.appendingPathComponent("NodePrograms/generate.escript").path, directory.path,
        ]
        generator.standardInput = FileHandle.nullDevice
        try generator.run()
        generator.waitUntilExit()
        #expect(generator.terminationStatus == 0)
        let generated = try contents(of: directory)
        let committed = try contents(of: Self.root.appendingPathComponent("Sources/ErlangNode/Programs/Forms"))
        #expect(!generated.isEmpty)
        #expect(generated.keys.sorted() == committed.keys.sorted(), "run NodePrograms/generate.escript")
        for (name, text) in generated {
            // The files are long: a mismatch does not print them.
            let isSame = committed[name] == text
            #expect(isSame, "\(name): run NodePrograms/generate.escript")
        }
    }

    @Test func listHoldsThePreambleThenTheProgram() {
        let empty = NodeProgram(name: "empty", formCount: 0, literal: "")
        let opening = NodeProgram.preamble.encodedList(after: empty)
        let own = NodeProgram.eval.encodedList(after: empty)
        let count = NodeProgram.preamble.formCount + NodeProgram.eval.formCount
        let list = NodeProgram.eval.encodedList(after: .preamble)
        #expect(list == [108, 0, 0, 0, UInt8(count)] + opening.dropFirst(5).dropLast() + own.dropFirst(5))
        #expect(list[5] == 104, "a form is a tuple")
        #expect(list.last == 106)
    }

    @Test func eachCharacterOfALiteralIsOneByte() {
        let empty = NodeProgram(name: "empty", formCount: 0, literal: "")
        let program = NodeProgram(
            name: "bytes", formCount: 1, literal: "m\0\u{7F}\u{80}\u{83}\u{BF}\u{C0}é\u{FF}\u{FE}z")
        let expected: [UInt8] = [
            108, 0, 0, 0, 1, 0x6D, 0, 0x7F, 0x80, 0x83, 0xBF, 0xC0, 0xE9, 0xFF, 0xFE, 0x7A, 106,
        ]
        #expect(program.encodedList(after: empty) == expected)
    }

    private func contents(of directory: URL) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: directory.appendingPathComponent($0))) })
    }
}
