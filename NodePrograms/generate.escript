#!/usr/bin/env escript
%% -*- erlang -*-
%%! -noinput
%% Turns the expression files of this folder into Sources/ErlangNode/Programs/NodeProgramForms.swift.
%%
%%   escript NodePrograms/generate.escript [OUTPUT]
%%
%% Each NAME.erl.expr is parsed here, once, so that a node only has to evaluate: its abstract forms, with
%% positions set to 0, are written as the bytes of their external term format (the elements of the list, without the
%% list's own header, so that two programs can be joined by concatenation). A literal array of them costs the tool
%% nothing at its start.
%%
%% Three calls mean something to this generator and never reach a node:
%%   quoted(E)  the forms of E as a value: for another process to evaluate, at no cost for the one that passes it on
%%   packed(E)  the same as a binary, for what is seldom needed: the node copies it and decodes it only when used
%%   constant(E)  E, made of atoms, maps and the other two, as one value: erl_eval evaluates a map or a list element
%%              by element, and compares all bindings with each other at each
%% None is seen by erl_lint:used_vars/2, which erl_eval runs over every fun expression that it meets.
-module(generate).
-export([main/1]).
-mode(compile).

main([]) ->
    main([filename:join([here(), "..", "Sources", "ErlangNode", "Programs", "NodeProgramForms.swift"])]);
main([Output]) ->
    Files = lists:sort(filelib:wildcard(filename:join(here(), "*.erl.expr"))),
    ok = file:write_file(Output, [header(), lists:join("\n", [entry(File) || File <- Files]), "}\n"]).

here() ->
    filename:dirname(filename:absname(escript:script_name())).

entry(File) ->
    Name = filename:basename(File, ".erl.expr"),
    Forms = forms(File),
    <<131, 108, Count:32, Rest/binary>> = encode(Forms),
    Elements = binary:part(Rest, 0, byte_size(Rest) - 1),
    ["    /// `NodePrograms/", filename:basename(File), "`, ", integer_to_list(byte_size(Elements)), " bytes.\n",
     "    package static let ", camel(Name), " = NodeProgram(\n",
     "        name: \"", Name, "\", formCount: ", integer_to_list(Count), ",\n",
     "        encodedForms: [\n",
     [["            ", lists:join(", ", [integer_to_list(Byte) || <<Byte>> <= Line]), ",\n"] || Line <- lines(Elements)],
     "        ])\n"].

forms(File) ->
    {ok, Source} = file:read_file(File),
    case erl_scan:string(unicode:characters_to_list(Source), 1) of
        {ok, Tokens, _} ->
            case erl_parse:parse_exprs(Tokens) of
                {ok, Parsed} -> expand([bare(Form) || Form <- Parsed]);
                {error, {Line, Module, Why}} -> stop(File, Line, Module:format_error(Why))
            end;
        {error, {Line, Module, Why}, _} ->
            stop(File, Line, Module:format_error(Why))
    end.

stop(File, Line, Why) ->
    io:format(standard_error, "~ts:~p: ~ts~n", [File, Line, Why]),
    halt(1).

bare(Form) ->
    erl_parse:map_anno(fun(_) -> 0 end, Form).

%% Inner calls first: a packed part may hold a quoted one.
expand({call, _, {atom, _, quoted}, [Part]}) -> literal(part(Part));
expand({call, _, {atom, _, packed}, [Part]}) -> literal(encode(part(Part)));
expand({call, _, {atom, _, constant}, [Form]}) -> literal(value(expand(Form)));
expand(Form) when is_tuple(Form) -> list_to_tuple(expand(tuple_to_list(Form)));
expand([Form | Forms]) -> [expand(Form) | expand(Forms)];
expand(Form) -> Form.

%% erl_eval of OTP 23 to 29 gives back what an integer form holds, whatever it is; abstract forms proper of a big
%% value would be evaluated element by element, at each use.
literal(Value) -> {integer, 0, Value}.

value({map, _, Fields}) -> maps:from_list([{value(Key), value(Value)} || {map_field_assoc, _, Key, Value} <- Fields]);
value({Literal, _, Value}) when Literal =:= integer; Literal =:= atom -> Value.

part({block, _, Forms}) -> expand(Forms);
part(Form) -> [expand(Form)].

%% Version 2 writes atoms as UTF-8 whatever release runs this.
encode(Term) ->
    term_to_binary(Term, [{minor_version, 2}]).

lines(<<Line:21/binary, Rest/binary>>) when Rest =/= <<>> -> [Line | lines(Rest)];
lines(Line) -> [Line].

camel(Name) ->
    [First | Words] = string:lexemes(Name, "_"),
    [First | [string:titlecase(Word) || Word <- Words]].

header() ->
    "// Written by NodePrograms/generate.escript. Change the expressions there, not this file.\n"
    "// swift-format-ignore-file\n"
    "\n"
    "extension NodeProgram {\n".
