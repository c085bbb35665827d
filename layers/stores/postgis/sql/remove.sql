-- All that the migrations made; partitions of events go with their table.
DROP TABLE schema_version, clock, store, links, versions, lineage, withdrawals, grids, circles,
    communities, posts, duties, enterprises, inspections, rules, stations, neighbours,
    destinations, sources, devices, departments, keys, events, event_keys, outbox, reach,
    actions, action_outbox, loops, tasks, loop_departments, deliveries;
DROP FUNCTION refuse_change(), wall_off(regclass), make_event_partition(timestamptz);
