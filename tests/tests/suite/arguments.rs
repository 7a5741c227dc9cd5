//! What an argument says: a variable without a value says nothing, null is nothing to compare with, and a text that no
//! record can have is refused. The same in lists, in statistics and in mutations.

use causeway_tests::{Answer, Client, Gateway, Result, both};
use serde_json::{Value, json};

const REGISTER: &str = "mutation($number: String, $phone: String, $day: NaiveDate) { registerCase(input: {
  mission: UA, individual: { phone: $phone, gender: FEMININE }, case: { caseNumber: $number },
  consents: [{ purpose: DATA_MANAGEMENT, decision: GIVEN, decidedOn: $day }]
}) { case { id caseNumber } userErrors { field message } } }";

const PHONE: &str = "+380441234567";

async fn registered(client: &Client, number: &str) -> Result<String> {
    let individual = json!({ "phone": PHONE, "gender": "FEMININE" });
    let consents = json!([{ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN" }]);
    let case = json!({ "caseNumber": number });
    client.register(json!({ "mission": "UA", "individual": individual, "case": case, "consents": consents })).await
}

/// The one error of an answer: its code, its field and its text.
fn refusal(answer: &Answer) -> (&str, &str, &str) {
    let error = &answer.body["errors"][0];
    let text = |value: &'static str| error.pointer(value).and_then(Value::as_str).unwrap_or_default();
    assert_eq!(answer.codes().len(), 1, "{}", answer.body);
    (text("/extensions/code"), text("/extensions/field"), text("/message"))
}

both! {
    /// A list of a client's makes no statement that is too large for the database, and none that is too deep for the program: the
    /// stack of a thread that overflows ends the process.
    async fn a_question_has_so_many_parts(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let filtered = "query($f: CaseFilter) { cases(first: 1, filter: $f) { totalCount } }";
        let part = json!({ "status": { "in": ["ACTIVE"] } });
        for lists in ["or", "and"] {
            let most = client.run(filtered, json!({ "f": { lists: vec![&part; 49] } })).await?;
            assert!(most.data()["cases"]["totalCount"].as_u64().is_some_and(|total| total > 0), "{}", most.body);
            for parts in [vec![json!({}); 100], vec![json!({}); 5_000], vec![part.clone(); 1_000]] {
                let answer = client.run(filtered, json!({ "f": { lists: parts } })).await?;
                let said = ("BAD_INPUT", "filter", "a filter has at most 100 conditions in all");
                assert_eq!(refusal(&answer), said);
            }
        }
        let mut deep = json!({});
        for _ in 0..110 {
            deep = json!({ "not": deep });
        }
        assert_eq!(client.run(filtered, json!({ "f": deep })).await?.codes(), ["BAD_INPUT"]);
        let owners: Vec<String> = (0..700).map(|owner| format!("owner {owner}")).collect();
        let listed = vec![json!({ "owner": { "in": owners } }); 3];
        let answer = client.run(filtered, json!({ "f": { "or": listed } })).await?;
        assert_eq!(refusal(&answer), ("BAD_INPUT", "filter", "the lists of a filter have at most 2000 values in all"));
        let ordered = "query($o: [CaseOrder!], $after: String) { cases(first: 1, orderBy: $o, after: $after) { pageInfo { endCursor } } }";
        let key = json!({ "field": "STATUS" });
        let page = client.run(ordered, json!({ "o": vec![&key; 20] })).await?;
        let cursor = &page.data()["cases"]["pageInfo"]["endCursor"];
        assert!(client.run(ordered, json!({ "o": vec![&key; 20], "after": cursor })).await?.codes().is_empty());
        let answer = client.run(ordered, json!({ "o": vec![&key; 1_000], "after": cursor })).await?;
        assert_eq!(refusal(&answer), ("BAD_INPUT", "orderBy", "an order has at most 20 keys"));
        Ok(())
    }

    /// Only what is named changes; null is a value, and absent is none, wherever the variable stands.
    async fn a_variable_without_a_value_erases_nothing(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let id = registered(&client, "UA-1").await?;
        let phone = async |document: &str, variables: Value| -> Result<Value> {
            let answer = client.run(document, variables).await?;
            let payload = &answer.data()["updateCase"];
            assert_eq!(payload["userErrors"], json!([]), "{}", answer.body);
            Ok(payload["case"]["individual"]["phone"].clone())
        };
        let payload = "{ case { individual { phone } } userErrors { message } }";
        let one = format!("mutation($id: ID!, $p: String) {{ updateCase(input: {{ id: $id, individual: {{ phone: $p }} }}) {payload} }}");
        let part = format!("mutation($id: ID!, $i: IndividualInput! = {{}}) {{ updateCase(input: {{ id: $id, individual: $i }}) {payload} }}");
        let whole = format!("mutation($input: UpdateCaseInput!) {{ updateCase(input: $input) {payload} }}");
        assert_eq!(phone(&one, json!({ "id": id })).await?, PHONE);
        assert_eq!(phone(&part, json!({ "id": id })).await?, PHONE);
        assert_eq!(phone(&part, json!({ "id": id, "i": { "email": null } })).await?, PHONE);
        assert_eq!(phone(&whole, json!({ "input": { "id": id, "individual": {} } })).await?, PHONE);
        assert_eq!(phone(&one, json!({ "id": id, "p": null })).await?, Value::Null);
        assert_eq!(phone(&one, json!({ "id": id, "p": "+380440000000" })).await?, "+380440000000");
        assert_eq!(phone(&part, json!({ "id": id, "i": { "phone": null } })).await?, Value::Null);
        Ok(())
    }

    /// An argument and a field that are not given take their defaults.
    async fn a_variable_without_a_value_leaves_the_default(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        for (without, same) in [
            ("query($v: [Dimension!]) { statistics(groupBy: $v) { total cells { keys count } } }", "{ statistics { total cells { keys count } } }"),
            ("query($v: Dimension) { flows(from: $v) { total cells { keys count } } }", "{ flows { total cells { keys count } } }"),
            ("query($v: OrderDirection) { cases(orderBy: [{ field: CASE_NUMBER, direction: $v }]) { nodes { caseNumber } } }",
                "{ cases(orderBy: [{ field: CASE_NUMBER }]) { nodes { caseNumber } } }"),
            ("query($v: Int) { cases(first: $v) { nodes { caseNumber } } }", "{ cases { nodes { caseNumber } } }"),
            ("query($v: CaseFilter) { cases(filter: $v) { totalCount } }", "{ cases { totalCount } }"),
            ("query($v: String) { cases(filter: { caseNumber: { eq: $v } }) { totalCount } }", "{ cases(filter: { caseNumber: {} }) { totalCount } }"),
            ("query($v: Gender) { cases(filter: { individual: { gender: { eq: $v } } }) { totalCount } }", "{ cases(filter: { individual: { gender: {} } }) { totalCount } }"),
            ("query($v: String) { statistics(filter: { gender: { eq: $v, in: [\"FEMININE\"] } }) { total } }", "{ statistics(filter: { gender: { in: [\"FEMININE\"] } }) { total } }"),
            // A comparison with nothing in it is no condition, in statistics as in lists: a front end sends one document for all.
            ("query($v: String) { statistics(groupBy: [GENDER], filter: { gender: { eq: $v } }) { total cells { keys count } } }",
                "{ statistics(groupBy: [GENDER]) { total cells { keys count } } }"),
            ("query($v: String, $u: [String], $n: Boolean) { statistics(filter: { gender: { eq: $v, in: $u, isNull: $n }, citizenship: { eq: $v } }) { total } }",
                "{ statistics { total } }"),
            ("query($v: String) { statistics(filter: { gender: { eq: $v }, citizenship: { eq: \"UA\" } }) { total } }",
                "{ statistics(filter: { citizenship: { eq: \"UA\" } }) { total } }"),
            ("query($v: String) { flows(filter: { mission: { eq: $v } }) { total cells { keys count } } }", "{ flows { total cells { keys count } } }"),
            // Within a list it is null, which among keys means unknown.
            ("query($v: String) { statistics(filter: { gender: { in: [$v, \"FEMININE\"] } }) { total } }", "{ statistics(filter: { gender: { in: [null, \"FEMININE\"] } }) { total } }"),
        ] {
            let (one, other) = (client.query(without).await?, client.query(same).await?);
            assert!(one.codes().is_empty(), "{without}: {}", one.body);
            assert_eq!(one.data(), other.data(), "{without}");
        }
        Ok(())
    }

    /// Null would count every row, or, behind a `not`, none: it is refused, and what to ask instead is said.
    async fn null_is_nothing_to_compare_with(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 20).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        for (filter, field) in [
            ("caseNumber: { eq: null }", "caseNumber.eq"),
            ("caseNumber: { in: null }", "caseNumber.in"),
            ("caseNumber: { contains: null }", "caseNumber.contains"),
            ("caseNumber: { startsWith: null }", "caseNumber.startsWith"),
            ("caseNumber: { isNull: null }", "caseNumber.isNull"),
            ("caseNumber: null", "caseNumber"),
            ("status: { eq: null }", "status.eq"),
            ("status: { in: null }", "status.in"),
            ("registeredOn: { from: null }", "registeredOn.from"),
            ("registeredOn: { eq: null, before: \"2020-01-01\" }", "registeredOn.eq"),
            ("yearOfRegistration: { before: null }", "yearOfRegistration.before"),
            ("consentsInForce: { hasAny: null }", "consentsInForce.hasAny"),
            ("consentsInForce: { hasAll: null }", "consentsInForce.hasAll"),
            ("individual: null", "individual"),
            ("individual: { citizenships: { has: null } }", "individual.citizenships.has"),
            ("individual: { countryOfBirth: { eq: null } }", "individual.countryOfBirth.eq"),
            ("individual: { not: { gender: { eq: null } } }", "individual.not.gender.eq"),
            ("not: null", "not"),
            ("not: { caseNumber: { eq: null } }", "not.caseNumber.eq"),
            ("and: null", "and"),
            ("or: null", "or"),
            ("or: [{ status: { eq: ACTIVE } }, { caseNumber: { eq: null } }]", "or.1.caseNumber.eq"),
            ("and: [{ or: [{ team: { in: null } }] }]", "and.0.or.0.team.in"),
        ] {
            let answer = client.query(&format!("{{ cases(filter: {{ {filter} }}) {{ totalCount }} }}")).await?;
            let (code, named, message) = refusal(&answer);
            assert_eq!((code, named), ("BAD_INPUT", format!("filter.{field}").as_str()), "{filter}: {}", answer.body);
            assert!(message.contains("isNull"), "{message}");
        }
        let of_variables = client.run("query($n: String) { cases(filter: { caseNumber: { eq: $n } }) { totalCount } }", json!({ "n": null })).await?;
        assert_eq!(refusal(&of_variables).1, "filter.caseNumber.eq");
        let whole = client.run("query($f: CaseFilter) { cases(filter: $f) { totalCount } }", json!({ "f": { "caseNumber": { "eq": null } } })).await?;
        assert_eq!(refusal(&whole).1, "filter.caseNumber.eq");
        for (filter, field) in [
            ("gender: { eq: null }", "gender.eq"), ("gender: { in: null }", "gender.in"), ("ageBand: { isNull: null }", "ageBand.isNull"),
            ("region: null", "region"),
        ] {
            let answer = client.query(&format!("{{ statistics(filter: {{ {filter} }}) {{ total }} }}")).await?;
            let (code, named, message) = refusal(&answer);
            assert_eq!((code, named), ("BAD_INPUT", format!("filter.{field}").as_str()), "{filter}: {}", answer.body);
            assert!(message.contains("isNull"), "{message}");
        }
        // What null is asked for with.
        let unknown = client.query("{ a: statistics(filter: { ageBand: { isNull: true } }) { total } b: statistics(filter: { ageBand: { in: [null] } }) { total }
            c: cases(filter: { ageBand: { isNull: true } }) { totalCount } }").await?;
        assert_eq!(unknown.data()["a"], unknown.data()["b"], "{}", unknown.body);
        assert_eq!(unknown.data()["a"]["total"], unknown.data()["c"]["totalCount"], "{}", unknown.body);
        let known = client.query("{ statistics(filter: { ageBand: { isNull: false } }) { total } }").await?;
        assert_eq!((refusal(&known).0, refusal(&known).1), ("BAD_INPUT", "filter.ageBand.isNull"));
        Ok(())
    }

    /// A NUL ends a pattern on SQLite and is no text at all on PostgreSQL: one answer on both, before anything is asked of them.
    async fn a_text_that_no_record_can_have_is_refused(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 20).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        for (arguments, field) in [
            ("cases(search: TEXT) { totalCount }", "search"),
            ("individuals(search: TEXT) { totalCount }", "search"),
            ("cases(filter: { caseNumber: { eq: TEXT } }) { totalCount }", "filter.caseNumber.eq"),
            ("cases(filter: { caseNumber: { in: [\"a\", TEXT] } }) { totalCount }", "filter.caseNumber.in.1"),
            ("cases(filter: { not: { owner: { contains: TEXT } } }) { totalCount }", "filter.not.owner.contains"),
            ("cases(filter: { individual: { familyName: { startsWith: TEXT } } }) { totalCount }", "filter.individual.familyName.startsWith"),
            ("cases(after: TEXT) { totalCount }", "after"),
            ("missions(before: TEXT) { totalCount }", "before"),
            ("case(id: TEXT) { id }", "id"),
            ("individual(id: TEXT) { id }", "id"),
            ("node(id: TEXT) { id }", "id"),
            ("nodes(ids: [\"a\", TEXT]) { id }", "ids.1"),
            ("caseByNumber(mission: UA, caseNumber: TEXT) { id }", "caseNumber"),
            ("statistics(filter: { region: { eq: TEXT } }) { total }", "filter.region.eq"),
            ("codeList(name: TEXT) { name }", "name"),
            ("viewer { permissions(type: TEXT) { field } }", "type"),
        ] {
            for text in ["\"a\\u0000b\"", "\"a\\u{0}b\""] {
                let answer = client.query(&format!("{{ {} }}", arguments.replace("TEXT", text))).await?;
                assert_eq!(answer.codes(), ["BAD_INPUT"], "{arguments}: {}", answer.body);
                assert_eq!(refusal(&answer).1, field, "{arguments}: {}", answer.body);
                assert_eq!(answer.status, 400);
            }
            let ty = if field.starts_with("id") { "ID" } else { "String" };
            let document = format!("query($t: {ty}!) {{ {} }}", arguments.replace("TEXT", "$t"));
            let answer = client.run(&document, json!({ "t": "a\u{0}b" })).await?;
            assert_eq!((refusal(&answer).0, refusal(&answer).1), ("BAD_INPUT", "variables.t"), "{arguments}: {}", answer.body);
            let fine = client.run(&document, json!({ "t": "a\u{1}b" })).await?;
            assert!(!fine.codes().contains(&"INTERNAL"), "{arguments}: {}", fine.body);
        }
        let nested = client.run("query($f: CaseFilter) { cases(filter: $f) { totalCount } }", json!({ "f": { "or": [{ "team": { "in": ["\u{0}"] } }] } })).await?;
        assert_eq!(refusal(&nested).1, "variables.f.or.0.team.in.0");
        // An id is none that people write: it is refused in a mutation, too.
        let update = client.query("mutation { updateCase(input: { id: \"a\\u0000\" }) { userErrors { field } } }").await?;
        assert_eq!((refusal(&update).0, refusal(&update).1), ("BAD_INPUT", "input.id"), "{}", update.body);
        let update = client.run("mutation($i: UpdateCaseInput!) { updateCase(input: $i) { userErrors { field } } }", json!({ "i": { "id": "a\u{0}" } })).await?;
        assert_eq!((refusal(&update).0, refusal(&update).1), ("BAD_INPUT", "variables.i.id"), "{}", update.body);
        // In a form it is a mistake among others.
        let answer = client.run(REGISTER, json!({ "number": "a\u{0}", "phone": PHONE })).await?;
        assert_eq!(answer.data()["registerCase"]["userErrors"][0]["field"], "case.caseNumber", "{}", answer.body);
        Ok(())
    }

    /// A text of which folding leaves nothing would be found in every record, and one too long in none: each is refused by its path.
    async fn a_text_that_cannot_be_looked_for_is_refused_where_it_stands(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let ask = async |filter: &str, text: &str| {
            let document = format!("query($t: String!) {{ cases(filter: {{ {filter} }}) {{ totalCount }} }}");
            client.run(&document, json!({ "t": text })).await
        };
        let (long, longest) = ("ж".repeat(1_001), "ж".repeat(1_000));
        for (filter, field) in [
            ("caseNumber: { contains: $t }", "caseNumber.contains"),
            ("individual: { and: [{ familyName: { contains: $t } }] }", "individual.and.0.familyName.contains"),
            ("individual: { phone: { contains: $t } }", "individual.phone.contains"),
            ("or: [{ status: { eq: ACTIVE } }, { not: { team: { startsWith: $t } } }]", "or.1.not.team.startsWith"),
        ] {
            for (text, said) in [(long.as_str(), "at most 1000 characters"), ("’\u{301}", "must have a letter")] {
                let answer = ask(filter, text).await?;
                let (code, named, message) = refusal(&answer);
                assert_eq!((code, named), ("BAD_INPUT", format!("filter.{field}").as_str()), "{filter}: {}", answer.body);
                assert!(message.contains(said), "{message}");
            }
            for fine in [longest.as_str(), "", "1"] {
                assert!(ask(filter, fine).await?.codes().is_empty(), "{filter}");
            }
        }
        let many = "query($n: [String!]) { cases(filter: { not: { caseNumber: { in: $n } } }) { totalCount } }";
        let list = |length: usize| json!({ "n": vec!["1"; length] });
        assert!(client.run(many, list(1_000)).await?.codes().is_empty());
        let answer = client.run(many, list(1_001)).await?;
        assert_eq!(refusal(&answer), ("BAD_INPUT", "filter.not.caseNumber.in", "a list has at most 1000 values"));
        Ok(())
    }

    /// An Int is a number of 32 bits, whatever the column can hold.
    async fn a_year_is_a_number_like_any(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 30).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let count = async |condition: &str| -> Result<Value> {
            let document = format!("{{ cases(filter: {{ yearOfRegistration: {{ {condition} }} }}) {{ totalCount }} }}");
            let answer = client.query(&document).await?;
            assert!(answer.codes().is_empty(), "{condition}: {}", answer.body);
            Ok(answer.data()["cases"]["totalCount"].clone())
        };
        let known = count("isNull: false").await?;
        assert_ne!(known, 0);
        assert_eq!(count("before: 99999").await?, known);
        assert_eq!(count("from: -2147483648").await?, known);
        for none in ["from: 99999", "eq: 99999", "eq: 2147483647", "in: [99999, -1]", "before: -99999"] {
            assert_eq!(count(none).await?, 0, "{none}");
        }
        Ok(())
    }
}
