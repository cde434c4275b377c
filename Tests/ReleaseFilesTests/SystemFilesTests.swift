import ErlcluTestSupport
import Glibc
import Testing

@testable import ReleaseFiles

@Suite struct SystemFilesTests {
    /// What a shell makes of `<(vault ...)`: open at both ends, and nothing in it yet.
    @Test func aPipeIsReadToItsEnd() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        let thread = Thread {
            usleep(100_000)
            _ = write(writer, "COOKIE\n", 7)
            close(writer)
        }
        defer {
            thread.join()
            close(reader)
        }
        #expect(try SystemFiles().read("/proc/self/fd/\(reader)") == Array("COOKIE\n".utf8))
    }

    /// Whatever it is taken for.
    @Test func whatIsTooLargeIsNotRead() throws {
        let directory = try TemporaryDirectory()
        let text = String(repeating: "{context, c, [{nodes, ['a@b']}]}.\n", count: 14 << 15)
        let path = try directory.write(text, to: "erlclu.config")
        #expect(throws: FileFailure(path: path, errno: EFBIG)) { try SystemFiles().read(path) }
        let error = try #require(throws: SettingsError.self) { try ContextFile(path: path, SystemFiles()) }
        #expect("\(error)".contains("larger than 1 MiB"))
    }

    @Test func whatIsMissingIsToldFromWhatCannotBeRead() {
        #expect(throws: FileFailure(path: "/nowhere/x", errno: ENOENT)) { try SystemFiles().read("/nowhere/x") }
        #expect(throws: FileFailure(path: "/", errno: EISDIR)) { try SystemFiles().read("/") }
        #expect(FileFailure(path: "x", errno: ENOENT).isMissing && !FileFailure(path: "x", errno: EISDIR).isMissing)
    }
}

/// One thread of the system's, which may block.
private final class Thread {
    private var number = pthread_t()

    init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body))
        pthread_create(
            &number, nil,
            { argument in
                if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
    }

    func join() { pthread_join(number, nil) }

    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
