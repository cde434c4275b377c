internal import CLinux
internal import Glibc

extension ChildProcess {
    /// Starts one that gets no input and says on its standard output how it goes.
    /// - Parameter received: is given what it says, as long as the reader is kept.
    static func reporting(
        _ words: [String], named name: String? = nil, group: Group, tidiesUp: Bool = false, on loop: EventLoop,
        _ received: @escaping (UnsafeRawBufferPointer) -> Void
    ) throws(ProgramFailure) -> (program: ChildProcess, output: PipeReader) {
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { throw ProgramFailure("no pipe: \(SystemError.text(errno))") }
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer {
            close(ends[1])
            close(nothing)
        }
        do throws(ProgramFailure) {
            let program = try ChildProcess(
                words, named: name, input: nothing, output: ends[1], group: group, tidiesUp: tidiesUp, on: loop)
            return (program, PipeReader(ends[0], on: loop, received) {})
        } catch {
            close(ends[0])
            throw error
        }
    }
}
