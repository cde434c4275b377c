// Written by NodePrograms/generate.escript. Change NodePrograms/preamble.erl.expr, not this file.
// swift-format-ignore-file

extension NodeProgram {
    /// `NodePrograms/preamble.erl.expr`.
    package static let preamble = NodeProgram(
        name: "preamble", formCount: 2,
        literal: """
            h\u{4}w\u{5}matcha\0h\u{3}w\u{3}vara\0w\u{4}Emith\u{3}w\u{3}funa\0h\u{2}w\u{7}clausesl\0\0\0\u{1}h\u{5}w\u{6}clausea\0l\0\0\0\u{1}h\u{3}w\u{3}vara\0w\u{4}Itemjjl\0\0\0\u{1}h\u{4}w\u{4}calla\0h\u{4}w\u{6}remotea\0h\u{3}w\u{4}atoma\0w\u{6}erlangh\u{3}w\u{4}atoma\0w\u{4}sendl\0\0\0\u{3}h\u{3}w\u{3}vara\0w\u{6}Clienth\u{3}w\u{5}tuplea\0l\0\0\0\u{2}h\u{3}w\u{3}vara\0w\u{3}Tagh\u{3}w\u{3}vara\0w\u{4}Itemjh\u{4}w\u{4}consa\0h\u{3}w\u{4}atoma\0w\tnoconnecth\u{2}w\u{3}nila\0jjjh\u{4}w\u{5}matcha\0h\u{3}w\u{3}vara\0w\u{5}Offerh\u{3}w\u{3}funa\0h\u{2}w\u{7}clausesl\0\0\0\u{1}h\u{5}w\u{6}clausea\0l\0\0\0\u{1}h\u{3}w\u{3}vara\0w\u{4}Itemjjl\0\0\0\u{1}h\u{4}w\u{4}calla\0h\u{4}w\u{6}remotea\0h\u{3}w\u{4}atoma\0w\u{6}erlangh\u{3}w\u{4}atoma\0w\u{4}sendl\0\0\0\u{3}h\u{3}w\u{3}vara\0w\u{6}Clienth\u{3}w\u{5}tuplea\0l\0\0\0\u{2}h\u{3}w\u{3}vara\0w\u{3}Tagh\u{3}w\u{3}vara\0w\u{4}Itemjh\u{4}w\u{4}consa\0h\u{3}w\u{4}atoma\0w\tnoconnecth\u{4}w\u{4}consa\0h\u{3}w\u{4}atoma\0w\tnosuspendh\u{2}w\u{3}nila\0jjj
            """)
}
