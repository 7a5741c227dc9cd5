//! The fewest statements: one, which makes the whole answer as JSON inside PostgreSQL.

use crate::baseline::id_length;
use crate::tree::{Branch, Kind, Leaf, PAGE, Tree};

/// One page of the rows of a source, which is called `t1` in the condition and the order: a table, or [`behind`].
pub fn page(tree: &Tree, field: &str, source: &str, (condition, order): (&str, &str), cursor: usize) -> String {
    let object = columns(tree, 1);
    let more = PAGE + 1;
    format!(
        "WITH page AS MATERIALIZED (SELECT * FROM {source} AS t1 WHERE {condition} ORDER BY {order} LIMIT {more}) \
         SELECT json_build_object('data', json_build_object('{field}', json_build_object(\
         'nodes', (SELECT coalesce(json_agg(o), '[]') FROM (SELECT {object} FROM page AS t1 ORDER BY {order} LIMIT {PAGE}) AS o), \
         'pageInfo', (SELECT json_build_object('hasNextPage', count(*) > {PAGE}, \
         'endCursor', CASE WHEN count(*) > 0 THEN rpad('', {cursor}, '-') END) FROM page))))::text"
    )
}

/// The rows of cases behind one, in this mission and then in those that follow. Under row-level security a comparison of
/// missions and ids at once would read the list from its beginning: comparing texts is not leakproof, comparing ids is.
pub fn behind(mission: &str, id: &str, following: &[String]) -> String {
    let more = PAGE + 1;
    let here =
        format!("(SELECT * FROM case_file WHERE mission_id = '{mission}' AND id > '{id}' ORDER BY id LIMIT {more})");
    if following.is_empty() {
        return here;
    }
    let following: Vec<String> = following.iter().map(|mission| format!("'{mission}'")).collect();
    format!(
        "({here} UNION ALL (SELECT * FROM case_file WHERE mission_id IN ({}) ORDER BY mission_id, id LIMIT {more}))",
        following.join(", ")
    )
}

/// One row of the tree's table.
pub fn one(tree: &Tree, field: &str, condition: &str) -> String {
    let object = row(tree, 1, condition);
    format!("SELECT json_build_object('data', json_build_object('{field}', {object}))::text")
}

/// Counts of facts by columns of codes; `condition` on the facts.
pub fn counts(dimensions: &[(String, Vec<String>)], condition: &str) -> String {
    let key = |(column, names): &(String, Vec<String>)| named(column, names);
    let keys: Vec<String> = dimensions.iter().map(key).collect();
    let columns: Vec<&str> = dimensions.iter().map(|(column, _)| column.as_str()).collect();
    let columns = columns.join(", ");
    let order: Vec<String> = keys.iter().map(|key| format!("{key} COLLATE \"C\" NULLS LAST")).collect();
    format!(
        "SELECT json_build_object('data', json_build_object('statistics', json_build_object(\
         'total', coalesce(sum(cases), 0)::bigint, 'cells', coalesce(json_agg(json_build_object(\
         'keys', json_build_array({}), 'count', cases, 'suppressed', false) ORDER BY cases DESC, {}), '[]'))))::text \
         FROM (SELECT {columns}, count(*) AS cases FROM fact WHERE {condition} GROUP BY {columns}) AS counted",
        keys.join(", "),
        order.join(", ")
    )
}

/// A change of one case with its entries in the audit and the change log and what it was before, and the case as it is then.
pub fn change(tree: &Tree, mission: &str, case: &str, levels: [i16; 2]) -> String {
    let object = columns(tree, 1);
    let [one, other] = levels;
    format!(
        "WITH changed AS (UPDATE case_file SET risk_level = CASE WHEN risk_level = {one} THEN {other} ELSE {one} END, \
         version = version + 1 WHERE mission_id = '{mission}' AND id = '{case}' RETURNING *), \
         turn AS (UPDATE mission SET data_version = data_version + 1, \
         audit_head = encode(sha256(convert_to(audit_head || data_version, 'UTF8')), 'hex') \
         WHERE id = '{mission}' RETURNING *), \
         logged AS (INSERT INTO change (mission_id, data_version, at, object_type, object_id, kind) \
         SELECT id, data_version, now(), 'Case', '{case}', 'updated' FROM turn), \
         chained AS (UPDATE audit_chain SET sequence = sequence + 1, head = turn.audit_head FROM turn \
         WHERE audit_chain.mission_id = turn.id RETURNING audit_chain.*), \
         audited AS (INSERT INTO audit_entry \
         (mission_id, sequence, at, subject, action, object_type, object_id, detail, previous_hash, hash) \
         SELECT mission_id, sequence, now(), 'baseline', 'update_case', 'Case', '{case}', 'Case.riskLevel', head, head FROM chained), \
         kept AS (INSERT INTO field_change (mission_id, id, object_type, object_id, version, old_field, new_field, old_value, \
         new_value, at, by, command, audit_sequence) \
         SELECT changed.mission_id, gen_random_uuid(), 'Case', changed.id, changed.version, 'Case.riskLevel', 'Case.riskLevel', \
         '{other}', changed.risk_level::text, now(), 'baseline', 'update_case', chained.sequence FROM changed, chained) \
         SELECT json_build_object('data', json_build_object('updateCase', json_build_object('case', \
         (SELECT row_to_json(o) FROM (SELECT {object} FROM changed AS t1) AS o), 'userErrors', '[]'::json)))::text"
    )
}

fn row(tree: &Tree, depth: usize, condition: &str) -> String {
    let (object, table) = (columns(tree, depth), &tree.table);
    format!("(SELECT row_to_json(o) FROM (SELECT {object} FROM {table} AS t{depth} WHERE {condition}) AS o)")
}

fn columns(tree: &Tree, depth: usize) -> String {
    let id = format!("rpad(t{depth}.id::text, {}, '-') AS \"id\"", id_length(&tree.type_name));
    let leaves = tree.leaves.iter().map(|leaf| format!("{} AS \"{}\"", value(leaf, depth), leaf.name));
    let links = tree.links.iter().map(|branch| format!("{} AS \"{}\"", link(branch, depth), branch.name));
    let lists = tree.lists.iter().map(|branch| format!("{} AS \"{}\"", list(branch, depth), branch.name));
    std::iter::once(id).chain(leaves).chain(links).chain(lists).collect::<Vec<_>>().join(", ")
}

fn link(branch: &Branch, parent: usize) -> String {
    let child = parent + 1;
    let column = &branch.column;
    row(
        &branch.tree,
        child,
        &format!("t{child}.mission_id = t{parent}.mission_id AND t{child}.id = t{parent}.{column}"),
    )
}

fn list(branch: &Branch, parent: usize) -> String {
    let child = parent + 1;
    let (column, table, object) = (&branch.column, &branch.tree.table, columns(&branch.tree, child));
    let order = branch.order.iter().map(|column| format!("t{child}.{column} NULLS LAST, ")).collect::<String>();
    format!(
        "(SELECT json_build_object('nodes', coalesce(json_agg(o), '[]')) FROM (SELECT {object} FROM {table} AS t{child} \
         WHERE t{child}.mission_id = t{parent}.mission_id AND t{child}.{column} = t{parent}.id \
         ORDER BY {order}t{child}.id LIMIT {PAGE}) AS o)"
    )
}

fn value(leaf: &Leaf, depth: usize) -> String {
    let column = format!("t{depth}.{}", leaf.column);
    match &leaf.kind {
        Kind::Plain => column,
        Kind::Code(names) => named(&column, names),
        Kind::Set(names) => format!(
            "CASE WHEN {column} IS NOT NULL THEN (SELECT coalesce(json_agg(name ORDER BY number), '[]') \
             FROM unnest('{{{}}}'::text[]) WITH ORDINALITY AS code(name, number) \
             WHERE ({column} >> (number::integer - 1)) & 1 = 1) END",
            names.join(",")
        ),
        Kind::Countries => format!("to_json(string_to_array({column}, ' '))"),
    }
}

/// The name of a code by its number.
fn named(column: &str, names: &[String]) -> String {
    format!("('{{{}}}'::text[])[{column} + 1]", names.join(","))
}
