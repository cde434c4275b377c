import ErlangTerm
import Testing

/// A term and the bytes that `term_to_binary` of a real node gave for it.
struct TermVector: CustomTestStringConvertible, Sendable {
    var name: String
    var hex: String
    var term: Term
    /// Whether our encoder writes the same bytes; false for forms that only older releases write.
    var isCanonical = true

    var testDescription: String { name }
}

private let node = Atom("codec_v29@vm")
private let fun29 = """
    7000000044014dcc464be9308eec43941cbee043ab6b00000000000000007703766563610062026e623258770c636f6465635f7632394076
    6d00000000000000006b02cfa5
    """

let termVectors: [TermVector] = [
    .init(name: "byte", hex: "83 61 ff", term: 255),
    .init(name: "minus one", hex: "83 62 ffffffff", term: -1),
    .init(name: "Int32.min", hex: "83 62 80000000", term: .integer(-2_147_483_648)),
    .init(name: "Int32.max + 1", hex: "83 6e 04 00 00000080", term: .integer(2_147_483_648)),
    .init(name: "Int64.min", hex: "83 6e 08 01 0000000000000080", term: .integer(.min)),
    .init(
        name: "UInt64.max", hex: "83 6e 08 00 ffffffffffffffff",
        term: .bigInteger(BigInteger(isNegative: false, magnitude: [UInt8](repeating: 255, count: 8)))),
    .init(
        name: "1 bsl 2048", hex: "83 6f 00000101 00" + String(repeating: "00", count: 256) + "01",
        term: .bigInteger(
            BigInteger(isNegative: false, magnitude: [UInt8](repeating: 0, count: 256) + [1]))),
    .init(name: "float", hex: "83 46 bff8000000000000", term: .float(-1.5)),
    .init(
        name: "float text", hex: "83 63 312e3530303030303030303030303030303030303030652b3030 0000000000",
        term: .float(1.5), isCanonical: false),
    .init(name: "atom", hex: "83 77 05 68656c6c6f", term: .atom("hello")),
    .init(name: "atom of OTP 25", hex: "83 64 0005 68656c6c6f", term: .atom("hello"), isCanonical: false),
    .init(name: "Latin-1 atom", hex: "83 64 0002 68e9", term: .atom("h\u{e9}"), isCanonical: false),
    .init(name: "small Latin-1 atom", hex: "83 73 02 68e9", term: .atom("h\u{e9}"), isCanonical: false),
    .init(name: "Cyrillic atom", hex: "83 77 0c d0bfd180d0b8d0b2d0b5d182", term: .atom("привет")),
    .init(
        name: "255 letters of two bytes", hex: "83 76 01fe" + String(repeating: "d18f", count: 255),
        term: .atom(Atom(String(repeating: "я", count: 255)))),
    .init(name: "empty tuple", hex: "83 68 00", term: .tuple([])),
    .init(name: "tuple in tuple", hex: "83 68 02 61 01 68 01 61 02", term: .tuple(1, .tuple(2))),
    .init(
        name: "tuple of 256", hex: "83 69 00000100" + String(repeating: "6a", count: 256),
        term: .tuple([Term](repeating: .emptyList, count: 256))),
    .init(name: "empty list", hex: "83 6a", term: []),
    .init(name: "string", hex: "83 6b 0003 616263", term: .charlist("abc")),
    .init(name: "list", hex: "83 6c 00000003 61 01 77 01 61 6d 00000000 6a", term: [1, .atom("a"), .binary([])]),
    .init(
        name: "improper list", hex: "83 6c 00000001 77 01 61 77 01 62",
        term: .improperList([.atom("a")], tail: .atom("b"))),
    .init(name: "binary", hex: "83 6d 00000003 78797a", term: .binary("xyz")),
    .init(
        name: "three bits", hex: "83 4d 00000001 03 a0",
        term: .bitString(BitString(bytes: [0xa0], bitsInLastByte: 3))),
    .init(
        name: "map", hex: "83 74 00000002 61 02 77 01 62 77 01 61 61 01",
        term: .map([MapPair(2, .atom("b")), MapPair(.atom("a"), 1)])),
    .init(name: "empty map", hex: "83 74 00000000", term: .map([])),
    .init(
        name: "external fun", hex: "83 71 77 06 65726c616e67 77 04 6e6f6465 61 00",
        term: .exportFun(module: "erlang", function: "node", arity: 0)),
    .init(
        name: "pid", hex: "83 58 770c636f6465635f76323940766d 0000000a 00000000 6b02cfa5",
        term: .pid(PID(node: node, id: 10, serial: 0, creation: 0x6b02_cfa5))),
    .init(
        name: "pid of erl_interface", hex: "83 67 770c636f6465635f76323940766d 0000000a 00000001 03",
        term: .pid(PID(node: node, id: 10, serial: 1, creation: 3)), isCanonical: false),
    .init(
        name: "reference of two words",
        hex: "83 5a 0002 770c636f6465635f76323940766d 6b02cfa5 0002e09a f9600002",
        term: .reference(Reference(node: node, creation: 0x6b02_cfa5, words: [0x2_e09a, 0xf960_0002]))),
    .init(
        name: "reference, one-byte creation",
        hex: "83 72 0001 770c636f6465635f76323940766d 02 0002e09a",
        term: .reference(Reference(node: node, creation: 2, words: [0x2_e09a])), isCanonical: false),
    .init(
        name: "reference of one word", hex: "83 65 770c636f6465635f76323940766d 0002e09a 02",
        term: .reference(Reference(node: node, creation: 2, words: [0x2_e09a])), isCanonical: false),
    .init(
        name: "port of OTP 25", hex: "83 59 770c636f6465635f76323940766d 00000005 6b02cfa5",
        term: .port(PortIdentifier(node: node, id: 5, creation: 0x6b02_cfa5, isWide: false))),
    .init(
        name: "port of OTP 29", hex: "83 78 770c636f6465635f76323940766d 0000000000000000 6b02cfa5",
        term: .port(PortIdentifier(node: node, id: 0, creation: 0x6b02_cfa5, isWide: true))),
    .init(
        name: "port, one-byte creation", hex: "83 66 770c636f6465635f76323940766d 00000005 01",
        term: .port(PortIdentifier(node: node, id: 5, creation: 1, isWide: false)), isCanonical: false),
    .init(name: "fun", hex: "83" + fun29, term: .fun(OpaqueFun(encoded: bytes(fun29)))),
    .init(
        name: "native record", hex: "83 43 00000002 01 77026e72 77027374 770161 770162 6105 770374776f",
        term: .nativeRecord(
            OpaqueRecord(encoded: bytes("43 00000002 01 77026e72 77027374 770161 770162 6105 770374776f")))),
]
