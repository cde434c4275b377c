import Testing

@testable import PacketCapture

@Suite struct OwnMachineTests {
    private let loopback = IPAddress(ipv4: 0x7F00_0001)
    private let own = IPAddress(ipv4: 0x0A00_0001)
    private let other = IPAddress(ipv4: 0x0A00_0002)

    @Test func loopbackIsAlwaysOwn() {
        let machine = OwnMachine()
        #expect(machine.has(loopback) && machine.has(IPAddress(ipv4: 0x7F00_0101)))
        #expect(machine.has(IPAddress(high: 0, low: 1)))
        #expect(!machine.has(own))
    }

    @Test func whoSpeaksWithItselfIsOwn() {
        var machine = OwnMachine()
        let learnt = [(own, other), (own, own), (own, own), (own, other)].map { one, other in
            machine.learn(from: one, other)
        }
        #expect(learnt == [false, true, false, false])
        // Whom it speaks with is somebody else.
        #expect(machine.has(own) && !machine.has(other))
    }

    @Test func whoSpeaksWithLoopbackIsOwn() {
        var machine = OwnMachine()
        let learnt = [(loopback, loopback), (own, loopback), (loopback, other)].map { one, other in
            machine.learn(from: one, other)
        }
        #expect(learnt == [false, true, true])
        #expect(machine.has(own) && machine.has(other))
    }

    @Test func itsAddressesAreFew() {
        var machine = OwnMachine()
        for number in 0..<1_000 as Range<UInt32> {
            let address = IPAddress(ipv4: 0x0A00_0000 + number)
            let isLearnt = machine.learn(from: address, address)
            #expect(isLearnt == (number < UInt32(OwnMachine.limit)))
        }
    }
}
