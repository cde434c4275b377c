import ErlcluTestSupport

/// What of a node is for all of it, and what is never freed: nobody who looks at a node may change any of this. Links,
/// processes and traces are those of `NodeInventory` and `NodeTraces`.
struct NodeMakeup: Equatable, CustomStringConvertible {
    let description: String

    init(of node: ErlangNodeFixture) throws {
        description = try node.evaluate(
            """
            #{handlers => lists:sort(logger:get_handler_ids()), filters => maps:get(filters, logger:get_primary_config()),
              events => [{M, gen_event:which_handlers(M)} || M <- [error_logger, erl_signal_server], is_pid(whereis(M))],
              applications => lists:sort([A || {A, _, _} <- application:which_applications()]),
              loaded => lists:sort([A || {A, _, _} <- application:loaded_applications()]),
              modules => length(code:all_loaded()), registered => lists:sort(registered()),
              tables => length(ets:all()), persistent => maps:get(count, persistent_term:info()),
              monitor => erlang:system_monitor(), profile => erlang:system_profile(), cookie => erlang:get_cookie(),
              atoms => erlang:system_info(atom_count)}
            """)
    }
}
