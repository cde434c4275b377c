#!/usr/bin/env escript
%% -*- erlang -*-
%%! -noinput
%% Turns the expression files of this folder into Swift, one file of Sources/ErlangNode/Programs/Forms for each.
%%
%%   escript NodePrograms/generate.escript [DIRECTORY]
%%
%% Each NAME.erl.expr is parsed here, once, so that a node only has to evaluate. Its abstract forms, with positions set
%% to 0, are written as the bytes of their external term format: the elements of the list without the list's own header,
%% so that two programs are joined by concatenation. The bytes are a string literal with one character for each byte.
%% Nothing is done with it before the program is used.
%%
%% The literal has a line break between two terms wherever a line would be longer than ?LINE_SIZE bytes, and none elsewhere,
%% so that a change of one expression changes the lines that hold it and no others.
%%
%% Four calls are for this generator and never reach a node:
%%   included(PART)  the expressions of NAME/PART.erl.expr, in place of the call; a part is a list of expressions too
%%   quoted(E)    the forms of E as a value: for another process to evaluate, at no cost for the one that passes it on
%%   packed(E)    the same as a binary, for what is seldom needed: the node copies it and decodes it only when used
%%   constant(E)  E, made of atoms, maps, quoted and packed, as one value: erl_eval evaluates a map or a list element
%%                by element, and compares all bindings with each other at each
%%
%% A comment "%% Version N" in NAME.erl.expr numbers its contract (bindings and items): raise it when an answer to the old
%% one is none to the new one. An erlclud knows such a program by its name and this number, and answers itself.
%%
%% erl_lint:used_vars/2, which erl_eval runs over every fun expression that it evaluates, sees none of their contents.
-module(generate).
-export([main/1]).
-mode(compile).
-define(LINE_SIZE, 800).

main([]) ->
    main([filename:join([here(), "..", "Sources", "ErlangNode", "Programs", "Forms"])]);
main([Directory]) ->
    Files = filelib:wildcard(filename:join(here(), "*.erl.expr")),
    Written = [generate(File, Directory) || File <- Files],
    [ok = file:delete(Old) || Old <- filelib:wildcard(filename:join(Directory, "*.swift")) -- Written].

here() ->
    filename:dirname(filename:absname(escript:script_name())).

%% A file that is already right is not written, so that nothing is compiled again for it.
generate(File, Directory) ->
    Name = filename:basename(File, ".erl.expr"),
    Output = filename:join(Directory, "NodeProgram+" ++ camel(Name) ++ ".swift"),
    Text = iolist_to_binary(swift(Name, version(File), forms(File))),
    case file:read_file(Output) of
        {ok, Text} -> ok;
        _ -> ok = file:write_file(Output, Text)
    end,
    Output.

version(File) ->
    {ok, Source} = file:read_file(File),
    case re:run(Source, "^%% Version ([0-9]+)$", [multiline, {capture, all_but_first, list}]) of
        {match, [Number]} -> ["version: ", Number, ", "];
        nomatch -> ""
    end.

swift(Name, Version, Forms) ->
    <<131, 108, Count:32, Rest/binary>> = encode(Forms),
    Elements = binary:part(Rest, 0, byte_size(Rest) - 1),
    ["// Written by NodePrograms/generate.escript. Change NodePrograms/", Name, ".erl.expr, not this file.\n"
     "// swift-format-ignore-file\n"
     "\n"
     "extension NodeProgram {\n"
     "    /// `NodePrograms/", Name, ".erl.expr`.\n"
     "    package static let ", camel(Name), " = NodeProgram(\n"
     "        name: \"", Name, "\", ", Version, "formCount: ", integer_to_list(Count), ",\n"
     "        literal: \"\"\"\n",
     lists:join("\\\n", [["            ", escaped(Line)] || Line <- lines(Count, Elements)]), "\n"
     "            \"\"\")\n"
     "}\n"].

escaped(Bytes) ->
    [escape(Byte) || <<Byte>> <= Bytes].

escape($") -> "\\\"";
escape($\\) -> "\\\\";
escape(Byte) when Byte >= 32, Byte < 127 -> Byte;
escape(0) -> "\\0";
escape($\t) -> "\\t";
escape($\n) -> "\\n";
escape($\r) -> "\\r";
escape(Byte) -> ["\\u{", integer_to_list(Byte, 16), "}"].

forms(File) ->
    expand(parsed(File, filename:rootname(File, ".erl.expr"))).

%% Parts holds the files of included parts.
parsed(File, Parts) ->
    Source = case file:read_file(File) of
        {ok, Bytes} -> Bytes;
        {error, Reason} -> stop(File, 1, file:format_error(Reason))
    end,
    case erl_scan:string(unicode:characters_to_list(Source), 1) of
        {ok, Tokens, _} ->
            case erl_parse:parse_exprs(Tokens) of
                {ok, Parsed} -> join([bare(Form) || Form <- Parsed], Parts);
                {error, {Line, Module, Why}} -> stop(File, Line, Module:format_error(Why))
            end;
        {error, {Line, Module, Why}, _} ->
            stop(File, Line, Module:format_error(Why))
    end.

stop(File, Line, Why) ->
    io:format(standard_error, "~ts:~p: ~ts~n", [File, Line, Why]),
    halt(1).

%% Puts the expressions of included parts in place. They see the bindings made before them, and later expressions see
%% theirs, as if all stood in one file.
join([{call, _, {atom, _, included}, [{atom, _, Part}]} | Forms], Parts) ->
    parsed(filename:join(Parts, atom_to_list(Part) ++ ".erl.expr"), Parts) ++ join(Forms, Parts);
join([Form | Forms], Parts) -> [join(Form, Parts) | join(Forms, Parts)];
join(Form, Parts) when is_tuple(Form) -> list_to_tuple(join(tuple_to_list(Form), Parts));
join(Form, _) -> Form.

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

lines(Count, Bytes) ->
    {Terms, <<>>} = terms(Count, Bytes),
    fill([cut(Term) || Term <- Terms], <<>>).

%% A term is {its bytes before the first term in it, the terms in it}.
cut({Head, Parts} = Term) ->
    case bytes(Term) of
        Short when byte_size(Short) =< ?LINE_SIZE; Parts =:= [] -> [Short];
        _ -> fill([[Head] | [cut(Part) || Part <- Parts]], <<>>)
    end.

bytes({Head, Parts}) -> iolist_to_binary([Head | [bytes(Part) || Part <- Parts]]).

%% Joins neighbours that fit into one line. What takes several lines begins and ends with a line of its own.
fill([], <<>>) -> [];
fill([], Begun) -> [Begun];
fill([[Line] | Rest], Begun) when byte_size(Begun) + byte_size(Line) =< ?LINE_SIZE ->
    fill(Rest, <<Begun/binary, Line/binary>>);
fill([Lines | Rest], <<>>) -> Lines ++ fill(Rest, <<>>);
fill(All, Begun) -> [Begun | fill(All, <<>>)].

terms(0, Bytes) -> {[], Bytes};
terms(Count, Bytes) ->
    {Head, Inside, Rest} = head(Bytes),
    {Parts, Behind} = terms(Inside, Rest),
    {Terms, End} = terms(Count - 1, Behind),
    {[{Head, Parts} | Terms], End}.

%% {Head, number of terms in it, what follows the head}, by the tag of the external term format.
head(<<104, Arity, Rest/binary>>) -> {<<104, Arity>>, Arity, Rest};
head(<<105, Arity:32, Rest/binary>>) -> {<<105, Arity:32>>, Arity, Rest};
head(<<108, Length:32, Rest/binary>>) -> {<<108, Length:32>>, Length + 1, Rest};
head(<<116, Pairs:32, Rest/binary>>) -> {<<116, Pairs:32>>, 2 * Pairs, Rest};
%% A packed part.
head(<<109, Size:32, 131, Rest/binary>>) -> {<<109, Size:32, 131>>, 1, Rest};
head(<<Tag, _/binary>> = Bytes) ->
    Size = case {Tag, Bytes} of
        {97, _} -> 2;
        {98, _} -> 5;
        {70, _} -> 9;
        {106, _} -> 1;
        {107, <<_, Length:16, _/binary>>} -> 3 + Length;
        {109, <<_, Length:32, _/binary>>} -> 5 + Length;
        {110, <<_, Length, _/binary>>} -> 3 + Length;
        {118, <<_, Length:16, _/binary>>} -> 3 + Length;
        {119, <<_, Length, _/binary>>} -> 2 + Length
    end,
    <<Head:Size/binary, Rest/binary>> = Bytes,
    {Head, 0, Rest}.

camel(Name) ->
    [First | Words] = string:lexemes(Name, "_"),
    [First | [string:titlecase(Word) || Word <- Words]].
