import ErlcluTestSupport
import PacketCapture
import Testing

@Suite struct CaptureFileReaderTests {
    private struct Read: Equatable {
        var packets: [[UInt8]] = []
        var times: [UInt64] = []
        var keyLogs: [[UInt8]] = []
        var fault: CaptureFileError?
        var text: [UInt8] = []
    }

    /// - Parameter pieces: how many bytes come at a time.
    private func read(_ file: [UInt8], pieces: Int = .max) -> Read {
        var reader = CaptureFileReader()
        var read = Read()
        var rest: [UInt8] = []
        var fed = 0
        do throws(CaptureFileError) {
            while fed < file.count {
                let count = min(pieces, file.count - fed)
                rest += file[fed..<fed + count]
                fed += count
                var position = 0
                let fault = rest.withUnsafeBytes { bytes -> CaptureFileError? in
                    do throws(CaptureFileError) {
                        while let item = try reader.next(in: bytes, from: &position) {
                            switch item {
                            case .frame(let frame):
                                read.packets.append(Array(frame.bytes))
                                read.times.append(frame.time)
                            case .keyLog(let text): read.keyLogs.append(Array(text))
                            }
                        }
                        return nil
                    } catch {
                        return error
                    }
                }
                if let fault { throw fault }
                rest.removeFirst(position)
            }
            let fault = rest.withUnsafeBytes { bytes -> CaptureFileError? in
                do throws(CaptureFileError) { try reader.finish(rest: bytes) } catch { return error }
                return nil
            }
            if let fault { throw fault }
        } catch {
            read.fault = error
        }
        read.text = reader.text
        return read
    }

    private static let packets: [[UInt8]] = [[1], Array(0..<60), [], [9, 9, 9]]

    private func capture(_ kind: CaptureMaker.Kind, _ isBigEndian: Bool, resolution: UInt8? = nil) -> CaptureMaker {
        var capture = CaptureMaker(kind, isBigEndian: isBigEndian, resolution: resolution)
        for (index, packet) in Self.packets.enumerated() {
            capture.add(packet, at: 1_700_000_000_123_456_000 + UInt64(index) * 1_000)
        }
        return capture
    }

    @Test(arguments: CaptureMaker.Kind.allCases, [false, true])
    func everyKindIsRead(_ kind: CaptureMaker.Kind, _ isBigEndian: Bool) {
        for resolution in [nil, 6, 9] as [UInt8?] where kind == .pcapng || resolution == nil {
            let file = capture(kind, isBigEndian, resolution: resolution).bytes
            let whole = read(file)
            #expect(whole.packets == Self.packets)
            #expect(whole.times == (0..<4).map { 1_700_000_000_123_456_000 + $0 * 1_000 })
            #expect(whole.fault == nil)
            for pieces in [1, 2, 7, 16, 33] { #expect(read(file, pieces: pieces) == whole, "\(pieces) bytes") }
        }
    }

    /// Whatever is cut off is told; what was whole before is there.
    @Test(arguments: CaptureMaker.Kind.allCases) func cutsAreTold(_ kind: CaptureMaker.Kind) {
        let file = capture(kind, false).bytes
        for length in 0..<file.count {
            let cut = read(Array(file[..<length]))
            #expect(cut.packets.elementsEqual(Self.packets.prefix(cut.packets.count)), "\(length) bytes")
            switch cut.fault {
            case nil: #expect(cut.packets.count < Self.packets.count)
            case .cutShort?: #expect(length >= 4)
            case .empty?: #expect(length == 0)
            case .notACapture?: #expect(length < 4)
            default: Issue.record("\(length) bytes: \(String(describing: cut.fault))")
            }
        }
    }

    @Test(arguments: CaptureMaker.Kind.allCases, [false, true])
    func textBeforeTheHeaderIsPassedOver(_ kind: CaptureMaker.Kind, _ isBigEndian: Bool) {
        let text = Array("tcpdump: listening on eth0, link-type EN10MB\r\nM\u{A1}\u{D4}\n".utf8)
        let file = text + capture(kind, isBigEndian).bytes
        for pieces in [1, 5, .max] {
            let found = read(file, pieces: pieces)
            #expect(found.packets == Self.packets)
            #expect(found.text == text)
        }
    }

    @Test(arguments: CaptureMaker.Kind.allCases) func textBehindTheLastPacketEndsIt(_ kind: CaptureMaker.Kind) {
        let file = capture(kind, false).bytes + Array("4 packets captured\n0 packets dropped by kernel\n".utf8)
        let found = read(file)
        #expect(found.packets == Self.packets)
        #expect(found.fault == nil)
    }

    @Test func whatIsCompressedSaysHowToUnpackIt() {
        let fault = read([0x1F, 0x8B, 8, 0]).fault
        #expect(fault?.description == "it is compressed: give what `gzip -dc` makes of it to `capture decode -`")
    }

    @Test func whatIsNoCaptureIsSaid() {
        #expect(read([]).fault == .empty)
        #expect(read([0x1F, 0x8B, 8]).fault == .notACapture(firstBytes: [0x1F, 0x8B, 8]))
        #expect(
            read([UInt8](repeating: 0x2E, count: 100_000)).fault
                == .notACapture(firstBytes: [UInt8](repeating: 0x2E, count: 16)))
        // What a terminal makes of pcapng.
        let mangled = Array(capture(.pcapng, false).bytes.map { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }.joined())
        #expect(read(mangled).fault == .mangledByTerminal)
    }

    @Test func lengthsHaveLimits() {
        var maker = CaptureMaker(.pcap)
        maker.bytes += [UInt8](repeating: 0, count: 8) + maker.number(UInt32(300_000)) + maker.number(UInt32(300_000))
        #expect(read(maker.bytes).fault == .tooLong(length: 300_000, limit: 262_144, offset: 24))
        var blocks = CaptureMaker(.pcapng)
        let offset = blocks.bytes.count
        blocks.bytes += blocks.number(UInt32(6)) + blocks.number(UInt32(1 << 30)) + blocks.number(UInt32(0))
        #expect(read(blocks.bytes).fault == .tooLong(length: 1 << 30, limit: 16 << 20, offset: offset))
    }

    @Test func blocksThatContradictThemselvesAreRefused() {
        func fault(_ change: (inout CaptureMaker) -> Void) -> CaptureFileError? {
            var maker = CaptureMaker(.pcapng)
            change(&maker)
            return read(maker.bytes).fault
        }
        let offset = CaptureMaker(.pcapng).bytes.count
        #expect(
            fault { $0.bytes += $0.number(UInt32(6)) + $0.number(UInt32(14)) + [0, 0, 0, 0, 0, 0] }
                == .malformed("its length is 14", offset: offset))
        #expect(fault { $0.addBlock(6, [1, 2, 3, 4]) } == .malformed("a packet of 4 bytes", offset: offset))
        #expect(
            fault { $0.addBlock(6, $0.number(UInt32(7)) + [UInt8](repeating: 0, count: 16)) }
                == .unknownInterface(7, offset: offset))
        #expect(
            fault { maker in
                maker.addBlock(6, maker.number(UInt32(0)) + maker.number(UInt64(0)) + maker.number(UInt64(99)))
            } == .malformed("a packet longer than its block", offset: offset))
        #expect(
            fault { $0.addBlock(10, $0.number(UInt32(0x544C_534B)) + $0.number(UInt32(99))) }
                == .malformed("secrets of 99 bytes", offset: offset))
    }

    @Test func secretsAndSimplePacketsAreRead() {
        var maker = CaptureMaker(.pcapng)
        let keyLog = Array("CLIENT_RANDOM 00 11".utf8)
        maker.addBlock(10, maker.number(UInt32(0x544C_534B)) + maker.number(UInt32(keyLog.count)) + keyLog)
        maker.addBlock(5, [1, 2, 3, 4])
        maker.add([5, 6], at: 1_000_000_000_000)
        maker.addBlock(3, maker.number(UInt32(3)) + [7, 8, 9])
        maker.isBigEndian = true
        maker.addSection()
        maker.add([1], at: 1_000_000_001_000)
        let found = read(maker.bytes)
        #expect(found.fault == nil)
        #expect(found.keyLogs == [keyLog])
        #expect(found.packets == [[5, 6], [7, 8, 9], [1]])
        #expect(found.times == [1_000_000_000_000, 1_000_000_000_000, 1_000_000_001_000])
    }

    /// Units of 2^-10 s and of whole seconds.
    @Test func otherClocksAreRead() {
        for (resolution, units) in [(0x8A, 3 * 1024 + 512), (0, 3)] as [(UInt8, UInt64)] {
            var maker = CaptureMaker(.pcapng, resolution: resolution)
            maker.addBlock(
                6,
                maker.number(UInt32(0)) + maker.number(UInt32(0)) + maker.number(UInt32(units))
                    + maker.number(UInt32(1)) + maker.number(UInt32(1)) + [1])
            #expect(read(maker.bytes).times == [resolution == 0 ? 3_000_000_000 : 3_500_000_000])
        }
        #expect(read(CaptureMaker(.pcapng, resolution: 0x7F).bytes).fault != nil)
    }
}
