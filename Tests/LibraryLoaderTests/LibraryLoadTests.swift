import CLibraryLoader
import CLoaderProbe
import ErlcluTestSupport
import Foundation
import Testing

struct LibraryLoadTests {
    @Test func functionsOfALoadedLibraryCanBeCalled() throws {
        try expectLoaded(probe_present())
        #expect(probe_significand(12) == 1.5)
    }

    @Test func aLaterSonameIsTriedWhenAnEarlierOneIsMissing() throws {
        try expectLoaded(probe_second_name())
        #expect(probe_drem(7, 4) == -1)
    }

    @Test func tableIsReadOnlyOnceItIsFilled() throws {
        let probe = try #require(probe_present())
        try expectLoaded(probe)
        let table = UInt(bitPattern: probe.pointee.table)
        #expect(try MemoryMap.current().permissions(of: table) == "r--p")
        #expect(try MemoryMap.current().permissions(of: table + UInt(probe.pointee.table_size) - 1) == "r--p")
    }

    @Test func neighboursOfTheTableStayWritable() throws {
        let probe = try #require(probe_present())
        try expectLoaded(probe)
        #expect(try MemoryMap.current().permissions(of: UInt(bitPattern: probe)) == "rw-p")
    }

    @Test func missingLibraryIsReportedWithItsNamesAndPackages() throws {
        let failure = library_load(probe_absent())
        let problem = String(cString: try #require(failure.problem))
        #expect(problem.contains("liberlclu-absent.so.1: cannot open shared object file"))
        #expect(problem.contains("; liberlclu-absent.so.2: cannot open shared object file"))
        #expect(
            String(cString: try #require(failure.remedy))
                == "install the package on-debian (Debian), on-fedora (Fedora) or on-alpine (Alpine)")
    }

    @Test func missingFunctionIsReportedWithItsNameAndPackages() throws {
        let probe = try #require(probe_lacking())
        let failure = library_load(probe)
        let problem = String(cString: try #require(failure.problem))
        #expect(problem.contains("libm.so.6: undefined symbol: erlclu_lacking_function"))
        #expect(
            String(cString: try #require(failure.remedy))
                == "update the package on-debian (Debian), on-fedora (Fedora) or on-alpine (Alpine)")
        #expect(probe.pointee.table[0] == nil, "the functions that were found are forgotten")
    }

    @Test func resultIsKept() throws {
        let first = library_load(probe_absent())
        let second = library_load(probe_absent())
        #expect(first.problem == second.problem)
        #expect(String(cString: try #require(second.problem)).components(separatedBy: "absent.so.1").count == 2)
    }

    @Test func threadsThatLoadAtOnceAllSeeTheLibraryLoaded() {
        let threads = 16
        let results = UnsafeMutableBufferPointer<Double>.allocate(capacity: threads)
        defer { results.deallocate() }
        nonisolated(unsafe) let slots = results
        DispatchQueue.concurrentPerform(iterations: threads) { index in
            slots[index] = library_load(probe_second_name()).problem == nil ? probe_drem(7, 4) : .nan
        }
        #expect(results.allSatisfy { $0 == -1 })
    }

    private func expectLoaded(_ description: UnsafeMutablePointer<library>?) throws {
        let probe = try #require(description)
        let failure = library_load(probe)
        #expect(failure.problem == nil, "\(failure.problem.map { String(cString: $0) } ?? "")")
    }
}
