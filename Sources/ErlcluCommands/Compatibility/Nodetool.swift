extension VerbSpec {
    static let nodetool = VerbSpec(
        name: "nodetool", summary: "relx's nodetool, argument for argument", takesRawArguments: true)
    static let erlCall = VerbSpec(name: "erl_call", summary: "erl_call, flag for flag", takesRawArguments: true)
}
