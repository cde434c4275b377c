import Foundation
import Testing

@testable import ErlangNode

/// Each program, as the carrier would send it, run by a real `erl_eval` against a table of expressions and mishaps:
/// `NodePrograms/check_programs.escript` holds the table.
struct ProgramsBehaveTests {
    @Test func programsDoWhatTheirContractSays() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for program in [
            NodeProgram.eval, .eachMember, .snapshot, .status, .checkup, .expand, .iex, .reach, .traceDist, .feed,
            .feedMember, .familiar, .hostKeys, .lead,
        ] {
            let version: [UInt8] = [131]
            try Data(version + program.encodedList(after: .preamble))
                .write(to: directory.appendingPathComponent("\(program.name).etf"))
        }
        let script = ProgramsUpToDateTests.root.appendingPathComponent("NodePrograms/check_programs.escript")
        let said = Pipe()
        let check = Process()
        check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        check.arguments = ["escript", script.path, directory.path]
        check.standardInput = FileHandle.nullDevice
        check.standardOutput = said
        try check.run()
        let differences = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        check.waitUntilExit()
        #expect(differences == "")
        #expect(check.terminationStatus == 0)
    }
}
