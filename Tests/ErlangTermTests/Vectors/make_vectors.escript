#!/usr/bin/env escript
%%! -noinput -hidden
%% Makes terms of every type and says how this release encodes and prints them; then checks what comes back.
%% The same seed makes the same terms (of one release), so that an index names a term.
%%
%% stdin and stdout carry frames: a length of 4 bytes and a term in the external format.
%%   out  {release, "25"}
%%   out  {Index, IsReadable, Encoded, [{Width, Text}]}    Width: a number as in "~40tp", or w for "~tw"
%%   out  done
%%   in   {Index, Encoded}    for each readable term: the text read, and encoded again
%%   in   done
%%   out  {verdict, [{Index, Term}]}    the terms that are not =:= to their origin
-mode(compile).

main(_) ->
    rand:seed(exsss, {2, 2026, 11}),
    Port = open_port({fd, 0, 1}, [binary, {packet, 4}]),
    Send = fun(Term) -> true = port_command(Port, term_to_binary(Term)) end,
    Release = list_to_integer(erlang:system_info(otp_release)),
    Send({release, Release}),
    Terms = lists:enumerate(terms()),
    [Send(vector(Index, Term)) || {Index, Term} <- Terms],
    Send(done),
    Send({verdict, check(Port, maps:from_list(Terms), [])}),
    %% The port writes before it closes.
    true = port_close(Port).

vector(Index, Term) ->
    Random = 8 + rand:uniform(100),
    Texts = [{Width, text("~" ++ integer_to_list(Width) ++ "tp", Term)} || Width <- [0, 40, 120, Random]],
    {Index, is_readable(Term), term_to_binary(Term),
     [{80, text("~tp", Term)}, {w, text("~tw", Term)} | Texts]}.

text(Format, Term) -> unicode:characters_to_binary(io_lib:format(Format, [Term])).

check(Port, Terms, Wrong) ->
    receive
        {Port, {data, Frame}} ->
            case binary_to_term(Frame) of
                done ->
                    lists:sort(Wrong);
                {Index, Encoded} ->
                    Origin = maps:get(Index, Terms),
                    try binary_to_term(Encoded) of
                        Origin -> check(Port, Terms, Wrong);
                        Other -> check(Port, Terms, [{Index, text("~tw", Other)} | Wrong])
                    catch _:_ -> check(Port, Terms, [{Index, <<"not a term">>} | Wrong])
                    end
            end
    end.

is_readable(Term) when is_pid(Term); is_port(Term); is_reference(Term); is_function(Term) -> false;
is_readable([Head | Tail]) -> is_readable(Head) andalso is_readable(Tail);
is_readable(Term) when is_tuple(Term) -> lists:all(fun is_readable/1, tuple_to_list(Term));
is_readable(Term) when is_map(Term) -> is_readable(maps:to_list(Term));
is_readable(_) -> true.

terms() ->
    lists:append([
        integers(), floats(), atoms(), strings(), binaries(), bit_strings(), identifiers(), funs(), lists_(),
        tuples(), maps_(), deep(), wide(), known(), strange_tails(),
        [term(Size) || Size <- [2, 4, 8, 16, 32, 64], _ <- lists:seq(1, 400)]
    ]).

integers() ->
    Edges = [Sign * (1 bsl Bits) + Delta || Bits <- lists:seq(0, 72) ++ [127, 128, 255, 256, 2040, 2048],
                                            Sign <- [1, -1], Delta <- [-2, -1, 0, 1, 2]],
    Tens = [Sign * (power(10, N) + Delta) || N <- lists:seq(0, 60) ++ [300, 1000], Sign <- [1, -1],
                                             Delta <- [-1, 0]],
    Edges ++ Tens ++ [big(Bytes) || Bytes <- [9, 16, 17, 100, 255, 256, 257, 1000, 1024, 1025, 2048, 2049, 3000, 5000]]
        ++ [-big(256)].

power(_, 0) -> 1;
power(Base, N) -> Base * power(Base, N - 1).

big(Bytes) -> binary:decode_unsigned(<<(rand:uniform(255)), (rand:bytes(Bytes - 1))/binary>>).

floats() ->
    Edges = [0.0, -0.0, 1.0, -1.0, 0.1, 0.2, 0.3, 1.5, 100.0, 1000.0, 9007199254740991.0, 9007199254740992.0,
             9007199254740993.0, 9007199254740994.0, -9007199254740992.0, 4503599627370496.5, 5.0e-324, 1.0e-323,
             2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, 4.35, 4.349999999999999, 123456.789, 9.5367431640625e-7,
             1.2345678901234567e19, 2.9802322387695312e-8, 8.41, 2.0e-3, 6.02214076e23],
    Tens = [Mantissa * math:pow(10, Exponent) || Exponent <- lists:seq(-30, 30), Mantissa <- [1.0, -1.2, 1.23456]],
    Twos = [math:pow(2, Exponent) || Exponent <- lists:seq(-1074, 1023, 7)],
    Whole = [float(rand:uniform(1 bsl 60)) || _ <- lists:seq(1, 200)],
    Short = [(rand:uniform(20000) - 10000) / 100 || _ <- lists:seq(1, 200)],
    Any = [Float || _ <- lists:seq(1, 800), <<Float/float>> <- [rand:bytes(8)]],
    Edges ++ Tens ++ Twos ++ Whole ++ Short ++ Any.

atoms() ->
    Names = ["", "a", "ok", "true", "a b", "A", "_", "_a", "a_B@9", "1a", "a-b", "n@host", "n@host.example.com", "a.b", "Elixir.Foo.Bar", "é", "É",
             "ß", "ÿ", "÷", "×", "a÷", "a×b", "aÀ", "привет", "Привет", "日本語", "a\x{301}", "e\x{301}\x{302}",
             "👩‍👩‍👧", "🇩🇪🇫🇷", "a\x{200b}", "\x{202e}abc", "\x{2066}", "\x{feff}", "\x{fffd}", "\x{10ffff}", "$", "'", "\\", "\"",
             "a'b", "a\\b", "a\"b", "\n\t\r\v\b\f\e\d\0", [16#80], [16#9f], [16#a0], "a\x{85}b", "+", "[]", "{}",
             lists:duplicate(255, $x), lists:duplicate(255, 16#1F600), lists:duplicate(255, $X)],
    Words = ["after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch",
             "cond", "div", "end", "fun", "if", "let", "not", "of", "or", "orelse", "receive", "rem", "try",
             "when", "xor", "maybe", "else", "spec", "when_", "endx"],
    Each = [[C] || C <- lists:seq(0, 300)] ++ [[$a, C] || C <- lists:seq(0, 300)],
    [list_to_atom(Name) || Name <- Names ++ Words ++ Each] ++ [list_to_atom(text_of(any, 12)) || _ <- lists:seq(1, 100)].

strings() ->
    ["", "a", "abc", "\"", "\\", "it's", "\n\t\r\v\b\f\e", [127], [128], [159], [160], [255], [256], "é", "häß", "привет", [0],
     [16#d800], [16#ffff], [16#10ffff], [16#110000], [-1], "a\x{202e}b", lists:seq(32, 126), lists:seq(160, 255),
     lists:duplicate(100, $a), lists:duplicate(1000, $"), lists:duplicate(65536, $b), [$a | b], [$a, $b | "c"],
     [$a, 1.0], [$a, big(20)], lists:duplicate(300, 1), lists:duplicate(1000, 200) ++ [0]]
    ++ [[C, $x] || C <- lists:seq(0, 300)]
    ++ [text_of(Kind, N) || Kind <- [ascii, latin1, control, any], N <- [1, 5, 20, 60, 75, 76, 77, 78, 79, 80, 81, 100, 300],
                            _ <- [1, 2, 3]].

text_of(Kind, N) -> [character(Kind) || _ <- lists:seq(1, N)].

character(ascii) -> 31 + rand:uniform(95);
character(latin1) -> pick([31 + rand:uniform(95), 159 + rand:uniform(96)]);
character(control) -> pick([rand:uniform(31), 31 + rand:uniform(95), 126 + rand:uniform(34)]);
character(any) -> pick([31 + rand:uniform(95), 159 + rand:uniform(96), 16#3ff + rand:uniform(200),
                        16#2ff + rand:uniform(80), 16#4dff + rand:uniform(2000), 16#1f5ff + rand:uniform(60)]).

pick(Choices) -> lists:nth(rand:uniform(length(Choices)), Choices).

binaries() ->
    [<<>>, <<0>>, <<"a">>, <<"abc">>, <<"\"\\\n">>, <<127>>, <<128>>, <<160>>, <<233>>, <<"é"/utf8>>, <<"привет"/utf8>>,
     <<194, 160>>, <<194, 133>>, <<195>>, <<195, 40>>, <<195, 169, 195>>, <<237, 160, 128>>, <<192, 128>>, <<239, 191, 191>>,
     <<244, 143, 191, 191>>, <<244, 144, 128, 128>>, <<226, 128, 174>>, <<"a\ebé"/utf8>>, <<"a", 0, "é"/utf8>>,
     binary:copy(<<"x">>, 200), binary:copy(<<"é"/utf8>>, 100), binary:copy(<<233>>, 100), binary:copy(<<1>>, 5000), rand:bytes(3000),
     binary:copy(<<"text ">>, 5000)]
    ++ [<<C>> || C <- lists:seq(0, 255)]
    ++ [rand:bytes(N) || N <- lists:seq(1, 60)]
    ++ [unicode:characters_to_binary(text_of(Kind, N)) || Kind <- [ascii, latin1, control, any], N <- [1, 10, 66, 70, 74, 75, 76, 77, 78, 90, 200],
                                                          _ <- [1, 2]]
    ++ [list_to_binary(text_of(Kind, N)) || Kind <- [latin1, control], N <- [1, 10, 70, 77, 90, 200]].

bit_strings() ->
    [<<(rand:uniform(128) - 1):Bits>> || Bits <- lists:seq(1, 7), _ <- [1, 2]]
    ++ [<<(rand:bytes(N))/binary, (rand:uniform(128)):Bits>> || N <- [1, 2, 15, 18, 19, 20, 21, 22, 30, 100], Bits <- lists:seq(1, 7)]
    ++ [<<"text", 1:1>>].

%% Those of this node: the text of another node's begins with a number that only this one knows.
identifiers() ->
    Node = <<119, 13, "nonode@nohost">>,
    Pids = [binary_to_term(<<131, 88, Node/binary, Id:32, Serial:32, 0:32>>)
            || Id <- [0, 1, 84, 255, 32767], Serial <- [0, 1, 8191]],
    Ports = [binary_to_term(<<131, 89, Node/binary, Id:32, 0:32>>) || Id <- [0, 1, 255, 1048575]],
    References = [binary_to_term(<<131, 90, 3:16, Node/binary, 0:32, A:32, B:32, C:32>>)
                  || A <- [0, 1, 262143], B <- [0, 7, 16#ffffffff], C <- [0, 16#ffffffff]],
    Pids ++ Ports ++ References ++ [self(), make_ref(), monitor(process, self(), [{alias, explicit_unalias}]) | erlang:ports()].

funs() ->
    Names = [map, 'end', 'Foo', 'a b', 'a@b', '', 'a\'b', 'a\\b', 'a\nb', '\e', 'a_1', '_a', '1a', 'Elixir.Foo', 'a\x{85}'],
    X = {some, "environment"},
    {value, Interpreted, _} = erl_eval:exprs(parsed("fun(X) -> X end."), []),
    [fun lists:map/2, fun erlang:node/0, fun(Y) -> {X, Y} end, fun() -> ok end, fun is_readable/1, Interpreted,
     {callback, Interpreted} | [fun M:F/1 || M <- Names, F <- Names]].

parsed(Text) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    Expressions.

lists_() ->
    [[], [[]], [[], []], [a | b], [a, b | c], [[a | b] | c], [1, 2, 3], [a, [b, [c, [d]]]], [{a, 1}, {b, 2}, c],
     [<<"io">>, "list", $\n, [<<1, 2>>, ["x" | <<"tail">>]]]]
    ++ [lists:seq(1, N) || N <- [5, 25, 26, 27, 28, 29, 30, 31, 100, 255, 300, 1000]]
    ++ [lists:duplicate(N, Element) || N <- [1, 5, 20, 60], Element <- [a, 'long atom', 1.5, <<"bin">>, <<1, 2>>, "str", {t}, {}, [], [a]]]
    ++ [[Element || _ <- lists:seq(1, N)] ++ Tail || N <- [1, 10, 30], Element <- [abc, {x, y}], Tail <- [tail, {a, tail}, <<1, 2, 3>>, 7]]
    ++ [proplist(N) || N <- [1, 3, 5, 10, 30]].

proplist(N) -> [{list_to_atom("key_" ++ integer_to_list(I)), term(rand:uniform(8))} || I <- lists:seq(1, N)].

tuples() ->
    [{}, {a}, {a, b}, {1, 2}, {{}}, {{a}, b}, {"a", b}, {'Quoted Tag', 1}, {error, {badarg, [{m, f, 1, []}]}}]
    ++ [list_to_tuple(lists:seq(1, N)) || N <- [10, 26, 27, 30, 255, 256, 300]]
    ++ [list_to_tuple([list_to_atom(lists:duplicate(Tag, $t)) | [term(4) || _ <- lists:seq(1, N)]])
        || Tag <- [1, 2, 3, 5, 10, 20, 30, 39, 40, 60, 90], N <- [1, 2, 5, 15], _ <- [1, 2]]
    ++ [nested_record(N) || N <- lists:seq(1, 25)].

nested_record(0) -> undefined;
nested_record(N) -> {pick([state, a_rather_long_record_name, r]), N, "name " ++ integer_to_list(N), nested_record(N - 1), [N, N], <<"x">>}.

maps_() ->
    [#{}, #{a => 1}, #{1 => a, 2.0 => b, "s" => c, <<"b">> => d, {t} => e, [] => f, #{} => g}, #{a => #{b => #{c => #{}}}},
     #{#{k => v} => #{k => v}}, #{{long_tuple_as_a_key, "with a string in it", 12345} => {long_tuple_as_a_value, "with a string in it", 67890}}]
    ++ [#{K => V} || K <- [a, <<1, 2>>, {k, "text"}, lists:seq(1, 40)], V <- [b, <<1, 2>>, {v, "text"}, lists:seq(1, 40), lists:duplicate(90, $s)]]
    ++ [maps:from_list([{term(Size), term(Size)} || _ <- lists:seq(1, N)]) || N <- [1, 2, 4, 8, 20, 30], Size <- [1, 2, 4, 8], _ <- [1, 2, 3]]
    ++ large_maps().

%% More than 32 pairs are printed in another order than they are sent.
large_maps() ->
    [maps:from_list([{Key(I), term(3)} || I <- lists:seq(1, N)])
     || N <- [31, 32, 33, 50, 200], Key <- [fun(I) -> I end, fun(I) -> {I, I} end, fun integer_to_binary/1]].

deep() ->
    Wraps = [fun(T) -> [T] end, fun(T) -> {T} end, fun(T) -> {tag, T} end, fun(T) -> [a, T, b] end, fun(T) -> #{k => T} end,
             fun(T) -> #{T => v} end, fun(T) -> {a_longer_tag, 1, T} end, fun(T) -> [a | {b, T}] end, fun(T) -> {T, "x", T} end],
    [lists:foldl(fun(_, Inner) -> Wrap(Inner) end, Core, lists:seq(1, Depth))
     || Wrap <- lists:droplast(Wraps), Depth <- [5, 30, 100], Core <- [end_, "string", <<1, 2, 3>>]]
    ++ [lists:foldl(fun(_, Inner) -> (lists:last(Wraps))(Inner) end, x, lists:seq(1, Depth)) || Depth <- [3, 7]].

wide() ->
    [lists:seq(1, 2000), [{I, I * I} || I <- lists:seq(1, 300)], [[I] || I <- lists:seq(1, 300)], [integer_to_list(I) || I <- lists:seq(1, 300)],
     [integer_to_binary(I) || I <- lists:seq(1, 300)], [float(I) || I <- lists:seq(1, 300)], list_to_tuple(lists:duplicate(300, ok)),
     [#{id => I, name => integer_to_binary(I)} || I <- lists:seq(1, 50)]].

%% What operators look at.
known() ->
    [erlang:system_info(allocator), os:type(), process_info(self()), inet:getifaddrs(), application:loaded_applications(),
     supervisor_report(), {'EXIT', {badarg, [{erlang, hd, [[]], [{error_info, #{module => erl_erts_errors}}]}]}}, code:get_path(), erlang:memory(),
     {ok, [{kernel, [{logger_level, notice}, {net_ticktime, 60}]}, {sasl, [{errlog_type, error}]}]}].

supervisor_report() ->
    [{supervisor, {local, my_sup}}, {errorContext, child_terminated}, {reason, {{badmatch, {error, enoent}}, [{my_server, init, 1, [{file, "src/my_server.erl"}, {line, 42}]}]}},
     {offender, [{pid, self()}, {id, my_server}, {mfargs, {my_server, start_link, []}}, {restart_type, permanent}]}].

strange_tails() -> [[a | Tail] || Tail <- [1, 1.5, "" ++ b, <<"t">>, {t}, #{a => b}, 'Q q']].

%% A random term of about Size parts.
term(Size) when Size =< 1 -> leaf(rand:uniform(17));
term(Size) ->
    Count = min(Size, rand:uniform(10)),
    Parts = fun() -> [term(rand:uniform(max(1, 5 * Size div (4 * Count)))) || _ <- lists:seq(1, Count)] end,
    case rand:uniform(9) of
        1 -> term(1);
        2 -> list_to_tuple(Parts());
        3 -> list_to_tuple([pick([ok, error, state, a_tag_of_some_length]) | Parts()]);
        4 -> maps:from_list([{leaf(rand:uniform(17)), Part} || Part <- Parts()]);
        5 -> maps:from_list([{pick([a, b, name, a_long_key, <<"key">>, 7]), Part} || Part <- Parts()]);
        6 -> [{pick([a, bb, name, a_rather_long_key]), Part} || Part <- Parts()];
        7 -> Parts() ++ leaf(rand:uniform(17));
        _ -> Parts()
    end.

leaf(1) -> rand:uniform(1000) - 500;
leaf(2) -> rand:uniform(1 bsl 70) - (1 bsl 69);
leaf(3) -> rand:uniform() * 1000;
leaf(4) -> pick([a, true, undefined, 'Q', 'with space', nonode@nohost, 'é', 'привет', 'maybe', 'end', a_long_atom_with_many_letters]);
leaf(5) -> text_of(ascii, rand:uniform(30));
leaf(6) -> text_of(pick([latin1, control, any]), rand:uniform(20));
leaf(7) -> list_to_binary(text_of(ascii, rand:uniform(40)));
leaf(8) -> rand:bytes(rand:uniform(40));
leaf(9) -> unicode:characters_to_binary(text_of(any, rand:uniform(10)));
leaf(10) -> <<(rand:bytes(rand:uniform(5)))/binary, 1:(rand:uniform(7))>>;
leaf(11) -> [];
leaf(12) -> {};
leaf(13) -> #{};
leaf(14) -> <<>>;
leaf(15) -> pick(identifiers());
leaf(16) -> [rand:uniform(255) || _ <- lists:seq(1, rand:uniform(8))];
leaf(17) -> rand:uniform(10).
