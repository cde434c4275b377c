import ByteTransport
import ErlcluTestSupport
import Foundation
import Glibc
import ReleaseFiles
import Testing

@testable import ErlcluCommands

/// Files that get secrets, or what was seen.
@Suite struct PrivateFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func mode(_ path: String) -> mode_t {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0
    }

    private func refusal(_ path: String, _ start: PrivateFile.Start) -> PrivateFile.Refusal? {
        do {
            close(try PrivateFile.open(path, start))
            return nil
        } catch { return error }
    }

    @Test(arguments: [PrivateFile.Start.anew, .appended]) func whatOthersMayReadIsTightened(_ start: PrivateFile.Start)
        throws
    {
        let path = try directory.write("before", to: "open", mode: 0o644)
        #expect(refusal(path, start) == nil)
        #expect(mode(path) == 0o600)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == (start == .anew ? 0 : 6))
        let fresh = directory.file("fresh")
        #expect(refusal(fresh, start) == nil)
        #expect(mode(fresh) == 0o600)
    }

    /// Its maker reads what is written; and nobody waits for a reader who never comes.
    @Test func pipesAreOursAndRead() throws {
        let path = directory.file("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(refusal(path, .appended) == .noReader)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let descriptor = try PrivateFile.open(path, .anew)
        #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK == 0)
        close(descriptor)
        if geteuid() == 0 {
            #expect(chown(path, 65_534, 65_534) == 0)
            #expect(refusal(path, .appended) == .stranger)
        }
    }

    @Test(arguments: [PrivateFile.Start.anew, .appended]) func linksAreNotFollowed(_ start: PrivateFile.Start) throws {
        let target = try directory.write("precious", to: "target", mode: 0o644)
        let link = directory.file("link")
        #expect(symlink(target, link) == 0)
        #expect(refusal(link, start) == .link)
        #expect(symlink(directory.file("nothing"), directory.file("dangling")) == 0)
        #expect(refusal(directory.file("dangling"), start) == .link)
        #expect(mode(target) == 0o644)
        #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Data("precious".utf8))
    }

    @Test(.enabled(if: geteuid() == 0)) func whatAnotherUserOwnsIsRefused() throws {
        let path = try directory.write("theirs", to: "theirs", mode: 0o600)
        #expect(chown(path, 65_534, 65_534) == 0)
        #expect(refusal(path, .anew) == .stranger)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("theirs".utf8))
    }

    /// A pipe of ours is a link in /dev/fd, and takes what it takes.
    @Test func ownDescriptorsAreTaken() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(refusal("/dev/fd/\(ends[1])", .anew) == nil)
        #expect(refusal("/dev/null", .anew) == nil)
    }

    @Test(arguments: [["ping", "--capture"], ["trace", "dist", "--record"]]) func aFileThatCannotBeIs74(
        _ words: [String]
    ) {
        let trial = CommandTrial()
        #expect(trial.run(words: words + [directory.file("absent/x"), "-o", "json"]) == 74)
        #expect(trial.standardOutput.contains(#""code":"E-OUTPUT""#), "\(trial.standardOutput)")
        #expect(trial.standardError.isEmpty)
    }

    @Test func aFullDiskIsSaid() {
        let trial = CommandTrial()
        #expect(trial.run("ping", "--capture", "/dev/full") == 74)
        #expect(trial.standardOutput == "pong\n")
        #expect(trial.standardError.contains("the capture is not complete: /dev/full: No space left on device"))
        let file = try? Transcript("/dev/full", on: EventLoop())
        file?.entered("x")
        #expect(file?.fault == "/dev/full: No space left on device")
    }

    /// What the kernel says, once settings, and with them a cookie, have been read.
    @Test func memoryIsNotDumped() throws {
        typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
        let control = unsafeBitCast(try #require(dlsym(nil, "prctl")), to: Control.self)
        let (setDumpable, isDumpable): (Int32, Int32) = (4, 3)
        defer { _ = control(setDumpable, 1, 0, 0, 0) }
        var flags = SettingsFlags()
        flags.nodes = ["a@b"]
        let targets = LiveNodeAccess(environment: [:], hostName: "here", loop: EventLoop())
        _ = try targets.settings(flags)
        #expect(control(isDumpable, 0, 0, 0, 0) == 0)
    }
}
