//! Tries every question once before anything is measured: writes its body and token, captures the statements that it runs,
//! checks that the roles see what they are meant to see, and makes the baseline's plan of it.

use std::path::PathBuf;

use causeway_tests::Result;
use entity::Code;
use entity::codes::{AgeBand, Gender, RiskLevel};
use serde_json::{Value, json};

use crate::capture::Capture;
use crate::dataset::Dataset;
use crate::fewest;
use crate::gateway::Gateway;
use crate::plan::{Answer, Fewest, Parameter, Plan, Same, Step};
use crate::tree::{PAGE, Tree, case_changed, code};
use crate::workload::{Asked, DEEP_PAGE, Paged, STRICT, Sight, Workload};

/// How many different cases are changed in turn.
const CHANGED: usize = 16;
/// The largest page.
const LARGEST: usize = 100;

/// A question that is ready to be measured.
pub struct Question {
    /// The workload.
    pub workload: Workload,
    /// How much the role sees.
    pub sight: Sight,
    /// What is sent.
    pub bodies: Vec<String>,
    /// The file of what is sent; none: `GET`.
    pub bodies_file: Option<PathBuf>,
    /// The token.
    pub token: String,
    /// The file of the token.
    pub token_file: PathBuf,
    /// The half of the years that it was tried with, where it names years.
    pub tried: Vec<String>,
    /// Years of which each request takes another half.
    pub years: Option<String>,
    /// The gateway's answer.
    pub answer: Value,
    /// The length of the answer.
    pub bytes: usize,
    /// How many statements a request runs, transaction control not counted.
    pub statements: usize,
    /// How many texts are sent to PostgreSQL without parameters: transaction control.
    pub controls: usize,
    /// In which part of 100 rows the identity is masked, where the question asks for it.
    pub masked: Option<f64>,
    /// What the baseline does.
    pub plan: Plan,
}

/// Tries questions.
pub struct Preparation<'a> {
    pub dataset: &'a Dataset,
    pub gateway: &'a Gateway,
    pub capture: Capture,
}

/// A body and what is made of its answer.
struct Draft {
    bodies: Vec<String>,
    answer: Answer,
    fewest: Fewest,
    years: Option<String>,
}

impl Preparation<'_> {
    /// Tries one question.
    pub async fn question(&mut self, workload: &Workload, sight: Sight) -> Result<Question> {
        let name = format!("{}_{}", workload.name, sight.name());
        let caller = workload.caller(sight, &self.dataset.missions);
        let token = self.gateway.program.token(&caller)?;
        let mut draft = self.draft(workload, sight, &token).await?;
        let tried = self.years_to_try(workload, sight);
        let (variants, answer, bytes) = self.variants(workload, &draft, &token, &tried).await?;
        let masked = match &workload.asked {
            Asked::Page(page) => self.masked(page, sight, &token).await?,
            _ => None,
        };
        if variants.iter().flatten().any(Step::is_nested) {
            draft.answer = Answer::Nested(answer.to_string());
        }
        finish(&mut draft, &answer, &name);
        if let Fewest::Redis(key) = &draft.fewest {
            self.dataset.put_into_redis(key, &answer.to_string()).await?;
        }
        let count = |wanted: fn(&Step) -> bool| {
            variants.first().map_or(0, |steps| steps.iter().filter(|step| wanted(step)).count())
        };
        let (statements, controls) =
            (count(|step| matches!(step, Step::Prepared { .. })), count(|step| matches!(step, Step::Simple(_))));
        let folder = self.dataset.folder.path();
        let token_file = folder.join(format!("{name}.token"));
        std::fs::write(&token_file, &token)?;
        let bodies_file = (!draft.bodies.is_empty()).then(|| folder.join(format!("{name}.bodies")));
        if let Some(file) = &bodies_file {
            std::fs::write(file, draft.bodies.join("\n"))?;
        }
        let plan = Plan { name, same: Same { variants, answer: draft.answer }, fewest: draft.fewest };
        let (workload, bodies, years) = (workload.clone(), draft.bodies, draft.years);
        Ok(Question {
            workload,
            sight,
            bodies,
            bodies_file,
            token,
            token_file,
            years,
            tried,
            answer,
            bytes,
            statements,
            controls,
            masked,
            plan,
        })
    }

    /// What is sent, and the plan but for what depends on the answer.
    async fn draft(&self, workload: &Workload, sight: Sight, token: &str) -> Result<Draft> {
        let constant =
            |bodies| Draft { bodies, answer: Answer::Nothing, fewest: Fewest::Constant(String::new()), years: None };
        Ok(match &workload.asked {
            Asked::Health => constant(Vec::new()),
            Asked::Viewer => {
                let query = "{ viewer { subject actor roles missions statisticsTiers { mission tier } permissions(type: \"Case\") { field read { missions scopes } write { missions scopes } } } }";
                constant(vec![body(query, json!({}), 0)])
            }
            Asked::Page(page) => self.page(page, token).await?,
            Asked::Whole(tree) => {
                let row = self.dataset.full_case().await?;
                let id = self.gateway.seal()?.id("Case", row);
                let query = format!("query($id: ID!) {{ case(id: $id) {{ {} }} }}", tree.selection());
                let condition = format!("t1.mission_id = '{}' AND t1.id = '{}'", row.mission, row.id);
                Draft {
                    bodies: vec![body(&query, json!({ "id": id }), 0)],
                    answer: one(tree, &["data", "case"]),
                    fewest: statement(vec![fewest::one(tree, "case", &condition)], false),
                    years: None,
                }
            }
            Asked::Cached | Asked::Uncached | Asked::AfterWrite => self.statistics(&workload.asked),
            Asked::Mutation => self.mutation(sight, token).await?,
        })
    }

    async fn page(&self, page: &Paged, token: &str) -> Result<Draft> {
        let (mut after, mut source) = (Value::Null, page.tree.table.clone());
        if page.deep {
            let pages = self.dataset.count(&page.condition).await? / PAGE;
            let deep = pages.saturating_sub(1).min(DEEP_PAGE);
            let row = self.dataset.row_before_page(&page.condition, deep, PAGE).await?;
            after = self.walk(page, token, (deep - 1) * PAGE).await?;
            let behind = |mission: &&String| mission.as_str() > row.mission.as_str() && *mission != STRICT;
            let following: Vec<String> = self.dataset.missions.iter().filter(behind).cloned().collect();
            source = fewest::behind(row.mission.as_str(), &row.id.to_string(), &following);
        }
        let query = format!(
            "query($after: String) {{ cases({} first: {PAGE}, after: $after) {{ nodes {{ {} }} pageInfo {{ hasNextPage endCursor }} }} }}",
            comma(&page.arguments),
            page.tree.selection()
        );
        // The lengths of cursors are put in when the answer is there.
        Ok(Draft {
            bodies: vec![body(&query, json!({ "after": after }), 0)],
            answer: Answer::Page { tree: page.tree.clone(), cursor: 0 },
            fewest: statement(
                vec![fewest::page(&page.tree, "cases", &source, (&page.condition, page.order), CURSOR)],
                false,
            ),
            years: None,
        })
    }

    /// Goes through the list by cursors, and ends behind so many rows.
    async fn walk(&self, page: &Paged, token: &str, mut rows: usize) -> Result<Value> {
        let query = format!(
            "query($after: String, $first: Int) {{ cases({} first: $first, after: $after) {{ pageInfo {{ endCursor }} }} }}",
            comma(&page.arguments)
        );
        let mut after = Value::Null;
        while rows > 0 {
            let first = rows.min(LARGEST);
            let tried = self.gateway.ask(token, &body(&query, json!({ "after": after, "first": first }), 0)).await?;
            after = tried.body["data"]["cases"]["pageInfo"]["endCursor"].clone();
            if !after.is_string() {
                return Err("the list ends before the deep page".into());
            }
            rows -= first;
        }
        Ok(after)
    }

    /// Half of the years, evenly spread where it is always the same half.
    fn statistics(&self, asked: &Asked) -> Draft {
        let dimensions =
            vec![dimension("gender", code::<Gender>("gender")), dimension("age_band", code::<AgeBand>("age_band"))];
        let query = "query($years: [String]) { statistics(groupBy: [GENDER, AGE_BAND], filter: { yearOfRegistration: { in: $years } }) { total cells { keys count suppressed } } }";
        let half = self.dataset.half_of_years();
        let known = dataset_condition(&self.dataset.missions);
        let years = half.join(", ");
        let (body, years, fewest) = match asked {
            Asked::Uncached => {
                let template = body(query, json!({ "years": ["@SUBSET@"] }), 0).replace("\"@SUBSET@\"", "@SUBSET@");
                let quoted: Vec<String> = self.dataset.years.iter().map(|year| format!("\"{year}\"")).collect();
                let condition = format!("{known} AND year_of_registration = ANY($1)");
                (template, Some(quoted.join(",")), statement(vec![fewest::counts(&dimensions, &condition)], true))
            }
            Asked::AfterWrite => {
                let condition = format!("{known} AND year_of_registration IN ({years})");
                (
                    body(query, json!({ "years": half }), 0),
                    None,
                    statement(vec![fewest::counts(&dimensions, &condition)], false),
                )
            }
            _ => (body(query, json!({ "years": half }), 0), None, Fewest::Redis(String::new())),
        };
        Draft { bodies: vec![body], answer: Answer::Counts { dimensions }, fewest, years }
    }

    async fn mutation(&self, sight: Sight, token: &str) -> Result<Draft> {
        let tree = case_changed();
        let query = format!(
            "mutation($id: ID!, $level: RiskLevel!) {{ updateCase(input: {{ id: $id, case: {{ riskLevel: $level }} }}) {{ case {{ {} }} userErrors {{ message }} }} }}",
            tree.selection()
        );
        let levels = [RiskLevel::High, RiskLevel::Low];
        let (mut of_levels, mut statements) = ([Vec::new(), Vec::new()], Vec::new());
        for row in self.dataset.changeable(sight, CHANGED * 4).await? {
            let id = self.gateway.seal()?.id("Case", row);
            let bodies = levels
                .map(|level| body(&query, json!({ "id": id, "level": level.described().graphql }), statements.len()));
            // A few generated cases lack what a change of them has to have.
            let tried = self.gateway.ask(token, &bodies[1]).await?;
            if tried.body["data"]["updateCase"]["userErrors"] != json!([]) {
                continue;
            }
            statements.push(fewest::change(&tree, row.mission.as_str(), &row.id.to_string(), levels.map(Code::number)));
            of_levels.iter_mut().zip(bodies).for_each(|(all, body)| all.push(body));
            if statements.len() == CHANGED {
                break;
            }
        }
        if statements.is_empty() {
            return Err("the role may change no case".into());
        }
        let answer = one(&tree, &["data", "updateCase", "case"]);
        Ok(Draft { bodies: of_levels.concat(), answer, fewest: statement(statements, false), years: None })
    }

    /// Counts that nobody asked for before need years that nobody named before.
    fn years_to_try(&self, workload: &Workload, sight: Sight) -> Vec<String> {
        let years = &self.dataset.years;
        match workload.asked {
            Asked::Uncached => {
                let first = Sight::ALL.iter().position(|other| *other == sight).unwrap_or_default();
                years.iter().cycle().skip(first).take(years.len() / 2).cloned().collect()
            }
            _ => self.dataset.half_of_years(),
        }
    }

    /// The statements of each variant, and the answer to the first body.
    async fn variants(
        &mut self,
        workload: &Workload,
        draft: &Draft,
        token: &str,
        years: &[String],
    ) -> Result<(Vec<Vec<Step>>, Value, usize)> {
        let Some(first) = draft.bodies.first() else { return Ok((Vec::new(), json!("ok"), 0)) };
        let cases = match &workload.asked {
            Asked::Mutation => draft.bodies.len() / 2,
            _ => 1,
        };
        let mut variants = Vec::with_capacity(cases);
        let mut answer = None;
        for body in &draft.bodies[..cases] {
            let body = filled(body, years);
            match &workload.asked {
                Asked::AfterWrite => self.write(token, &body).await?,
                Asked::Uncached => {}
                Asked::Mutation => {}
                // The first time prepares, compiles the policy, and fills caches.
                _ => drop(self.gateway.ask(token, &body).await?),
            }
            self.capture.begin().await?;
            let tried = self.gateway.ask(token, &body).await?;
            let mut steps = self.capture.steps().await?;
            match &workload.asked {
                Asked::Uncached => mark_years(&mut steps, years)?,
                Asked::Mutation => mark_version(&mut steps)?,
                _ => {}
            }
            variants.push(steps);
            answer.get_or_insert(tried);
        }
        let answer = answer.ok_or_else(|| format!("no variant of {first}"))?;
        variants.retain(|steps| !steps.is_empty());
        Ok((variants, answer.body, answer.text.len()))
    }

    /// Remembers the counts, and makes those of one mission out of date.
    async fn write(&self, token: &str, question: &str) -> Result {
        self.gateway.ask(token, question).await?;
        let (supervisor, bodies) = self.writes().await?;
        self.gateway.ask(&supervisor, &bodies[0]).await?;
        Ok(())
    }

    /// A token and bodies with which a mission is written to.
    pub async fn writes(&self) -> Result<(String, Vec<String>)> {
        let supervisor = self.gateway.program.token(&causeway_tests::Caller::of("case_supervisor@UA"))?;
        let bodies = self.mutation(Sight::All, &supervisor).await?.bodies;
        Ok((supervisor, bodies))
    }

    /// In which part of the rows the identity is masked, over a page that is large enough to tell.
    async fn masked(&self, page: &Paged, sight: Sight, token: &str) -> Result<Option<f64>> {
        if !page.tree.links.iter().any(|link| link.name == "individual") {
            return Ok(None);
        }
        let query = format!(
            "{{ cases({} first: {LARGEST}) {{ nodes {{ individual {{ familyName withheld }} }} }} }}",
            comma(&page.arguments)
        );
        let tried = self.gateway.ask(token, &body(&query, json!({}), 0)).await?;
        let rows = tried.body["data"]["cases"]["nodes"].as_array().ok_or("no rows")?.clone();
        let masked = |row: &&Value| {
            row["individual"]["withheld"].as_array().is_some_and(|fields| fields.contains(&json!("familyName")))
        };
        let part = rows.iter().filter(masked).count() as f64 / rows.len().max(1) as f64;
        let meant = match sight {
            Sight::All => part == 0.0,
            Sight::Half => (0.25..=0.8).contains(&part),
            Sight::Little => part == 1.0,
        };
        if meant {
            Ok(Some(part))
        } else {
            Err(format!("{} of 100 rows are masked for {}", part * 100.0, sight.name()).into())
        }
    }
}

/// The length that stands for a cursor's until the answer is there.
const CURSOR: usize = 987_654_321;

/// Puts what depends on the answer into the plan.
fn finish(draft: &mut Draft, answer: &Value, name: &str) {
    let length = answer["data"]["cases"]["pageInfo"]["endCursor"].as_str().map_or(0, str::len);
    if let Answer::Page { cursor, .. } = &mut draft.answer {
        *cursor = length;
    }
    match &mut draft.fewest {
        Fewest::Statement { variants, .. } => {
            variants.iter_mut().for_each(|sql| *sql = sql.replace(&CURSOR.to_string(), &length.to_string()));
        }
        Fewest::Constant(text) => *text = answer.to_string(),
        Fewest::Redis(key) => {
            *key = format!("baseline:{name}");
            draft.answer = Answer::Constant(answer.to_string());
        }
    }
    if matches!(draft.answer, Answer::Nothing) {
        draft.answer = Answer::Constant(answer.to_string());
    }
}

fn body(query: &str, variables: Value, variant: usize) -> String {
    json!({ "query": query, "variables": variables, "extensions": { "variant": variant } }).to_string()
}

/// A body with years in it, where it has a place for them.
pub fn filled(body: &str, years: &[String]) -> String {
    let quoted: Vec<String> = years.iter().map(|year| format!("\"{year}\"")).collect();
    body.replace("@SUBSET@", &quoted.join(","))
}

fn comma(arguments: &str) -> String {
    if arguments.is_empty() { String::new() } else { format!("{arguments},") }
}

fn one(tree: &Tree, path: &[&str]) -> Answer {
    Answer::One { tree: tree.clone(), path: path.iter().map(|field| (*field).to_owned()).collect() }
}

fn statement(variants: Vec<String>, years: bool) -> Fewest {
    Fewest::Statement { variants, years }
}

fn dimension(column: &str, leaf: crate::tree::Leaf) -> (String, Vec<String>) {
    match leaf.kind {
        crate::tree::Kind::Code(names) => (column.to_owned(), names),
        _ => (column.to_owned(), Vec::new()),
    }
}

fn dataset_condition(missions: &[String]) -> String {
    let quoted: Vec<String> = missions.iter().map(|mission| format!("'{mission}'")).collect();
    format!("mission_id IN ({})", quoted.join(", "))
}

/// The years of the statement that counts come from each request.
fn mark_years(steps: &mut [Step], years: &[String]) -> Result {
    let mut marked = 0;
    for step in steps {
        let Step::Prepared { sql, parameters } = step else { continue };
        if !sql.contains("\"fact\"") {
            continue;
        }
        for parameter in parameters {
            let Parameter::Fixed(Some(text)) = parameter else { continue };
            if let Some(at) = years.iter().position(|year| year == text) {
                *parameter = Parameter::Year(at);
                marked += 1;
            }
        }
    }
    if marked == years.len() { Ok(()) } else { Err(format!("{marked} of {} years are parameters", years.len()).into()) }
}

/// The data version of the mission is another in each transaction, and so are the number of the audit's entry, the version of the
/// case and the ids of what it was.
fn mark_version(steps: &mut [Step]) -> Result {
    let mut marked = 0;
    for step in steps {
        let Step::Prepared { sql, parameters } = step else { continue };
        for (at, parameter) in versions(sql) {
            if let Some(place) = parameters.get_mut(at) {
                *place = parameter;
                marked += 1;
            }
        }
    }
    if marked > 0 { Ok(()) } else { Err("no statement of the mutation names a data version".into()) }
}

/// Which parameters of a statement are other ones in each transaction.
fn versions(sql: &str) -> Vec<(usize, Parameter)> {
    let columns = sql.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(columns, _)| columns);
    let place = |name: &str| columns.split(", ").position(|column| column.trim_matches('"') == name);
    let of_insert = |names: &[(&str, Parameter)]| {
        names.iter().filter_map(|(name, parameter)| Some((place(name)?, parameter.clone()))).collect()
    };
    let (version, sequence, next) = (Parameter::DataVersion, Parameter::Sequence, Parameter::RowVersion(1));
    match sql {
        sql if sql.starts_with("INSERT INTO \"change\"") => of_insert(&[("data_version", version)]),
        sql if sql.starts_with("INSERT INTO \"audit_entry\"") => of_insert(&[("sequence", sequence)]),
        sql if sql.starts_with("INSERT INTO \"field_change\"") => {
            of_insert(&[("id", Parameter::Fresh), ("version", next), ("audit_sequence", sequence)])
        }
        sql if sql.starts_with("UPDATE \"audit_chain\"") => {
            numbered(sql, "\"sequence\" = $").into_iter().map(|(at, _)| (at, sequence.clone())).collect()
        }
        // Set to the next one, where it is the one that was read.
        sql if sql.starts_with("UPDATE \"case_file\"") => {
            let of = |qualified: bool| Parameter::RowVersion(i32::from(!qualified));
            numbered(sql, "\"version\" = $").into_iter().map(|(at, qualified)| (at, of(qualified))).collect()
        }
        _ => Vec::new(),
    }
}

/// The places of parameters after a text, each with whether a table stands before the column.
fn numbered(sql: &str, before: &str) -> Vec<(usize, bool)> {
    let found = sql.match_indices(before).filter_map(|(at, before)| {
        let digits: String = sql[at + before.len()..].chars().take_while(char::is_ascii_digit).collect();
        Some((digits.parse::<usize>().ok()?.checked_sub(1)?, sql[..at].ends_with('.')))
    });
    found.collect()
}
