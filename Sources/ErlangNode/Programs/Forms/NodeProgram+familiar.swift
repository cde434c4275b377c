// Written by NodePrograms/generate.escript. Change NodePrograms/familiar.erl.expr, not this file.
// swift-format-ignore-file

extension NodeProgram {
    /// `NodePrograms/familiar.erl.expr`.
    package static let familiar = NodeProgram(
        name: "familiar", formCount: 1,
        literal: """
            h\u{4}w\u{4}calla\0h\u{3}w\u{3}vara\0w\u{4}Emitl\0\0\0\u{1}h\u{3}w\u{5}tuplea\0l\0\0\0\u{2}h\u{3}w\u{4}atoma\0w\u{8}familiarh\u{4}w\u{2}lca\0h\u{3}w\u{3}vara\0w\u{4}Namel\0\0\0\u{2}h\u{4}w\u{8}generatea\0h\u{3}w\u{3}vara\0w\u{4}Nameh\u{3}w\u{3}vara\0w\u{5}Namesh\u{6}w\u{3}trya\0l\0\0\0\u{1}h\u{4}w\u{4}calla\0h\u{3}w\u{4}atoma\0w\u{7}is_atoml\0\0\0\u{1}h\u{4}w\u{4}calla\0h\u{3}w\u{4}atoma\0w\u{17}binary_to_existing_atoml\0\0\0\u{2}h\u{3}w\u{3}vara\0w\u{4}Nameh\u{3}w\u{4}atoma\0w\u{4}utf8jjjjl\0\0\0\u{1}h\u{5}w\u{6}clausea\0l\0\0\0\u{1}h\u{3}w\u{5}tuplea\0l\0\0\0\u{3}h\u{3}w\u{3}vara\0w\u{1}_h\u{3}w\u{3}vara\0w\u{1}_h\u{3}w\u{3}vara\0w\u{1}_jjjl\0\0\0\u{1}h\u{3}w\u{4}atoma\0w\u{5}falsejjjjjj
            """)
}
