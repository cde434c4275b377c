import FuzzTargets
import Glibc

/// The target that FUZZ_TARGET names, looked up once.
private let chosenTarget: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("FUZZ_TARGET must be one of \(names)")
    }
    return target
}()

/// libFuzzer's entry point; its main function comes with `--sanitize fuzzer`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzerInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    do throws(FuzzFinding) {
        try chosenTarget.run(Array(UnsafeBufferPointer(start: data, count: size)))
    } catch {
        fatalError("finding: \(error)")
    }
    return 0
}
