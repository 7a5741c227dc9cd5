//! Queries: thin; each names a table, a filter and a page, and the reader does the rest.

use super::{
    connection::{Connection, ConnectionFields, EdgeFields, LARGEST_PAGE, PageArguments, wants_cursors, wants_total},
    cost::{ListSize, Paged, Weighted},
    filter::{
        CaseFilter, CaseOrder, IndividualFilter, IndividualOrder, NarrativeFilter, NarrativeOrder, ReferralFilter,
        ReferralOrder, TraffickerFilter, TraffickerOrder,
    },
    in_place::InPlace,
    level::{Level, Table},
    request_context::request,
    selection,
    types::{
        Case, CodeList, Consent, Exploitation, Individual, Mission, Narrative, NarrativePassage, Referral, Trafficker,
        TraffickerInvolvement, TraffickingEpisode, ViewerObject,
    },
};
use crate::access::{Comparison, LinkedTo, OrderKey, Predicate, Question, RowId};
use crate::casework::LONGEST_TEXT;
use crate::error::{ClientError, Result};
use crate::text::stored;
use async_graphql::{Context, ID, Interface, Object};
use entity::{
    CountryCode, Governed, case_file, consent, episode_trafficker, exploitation, individual, narrative,
    narrative_passage, referral, trafficker, trafficking_episode,
};

/// Queries about records.
#[derive(Default)]
pub struct CaseworkQuery;

/// Anything with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque and lasting."))]
pub enum Node {
    /// A case.
    Case(Case),
    /// An entry of the consent ledger.
    Consent(Consent),
    /// An exploitation.
    Exploitation(Exploitation),
    /// An individual.
    Individual(Individual),
    /// A mission.
    Mission(Mission),
    /// A narrative.
    Narrative(Narrative),
    /// A passage.
    NarrativePassage(NarrativePassage),
    /// A referral.
    Referral(Referral),
    /// A trafficker.
    Trafficker(Trafficker),
    /// What a trafficker did.
    TraffickerInvolvement(TraffickerInvolvement),
    /// A time through the process.
    TraffickingEpisode(TraffickingEpisode),
}

/// What it costs to sort all rows of a list, and to search them.
const SORTING: &str = "20";
const SEARCHING: &str = "50";

/// Declares the field of a list: missions, filter, order, search and page.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident: $node:ident of $table:ident, $filter:ident, $order:ident, search $search:expr;)*) => {
        #[Object]
        impl CaseworkQuery {
            $(
                $(#[$doc])*
                #[graphql(directive = Paged::apply())]
                #[expect(clippy::too_many_arguments, reason = "the arguments of a connection are what users rely on")]
                async fn $name(
                    &self,
                    context: &Context<'_>,
                    #[graphql(desc = "Only these missions; all of yours where nothing is said.")] missions: Option<Vec<CountryCode>>,
                    #[graphql(desc = "Which rows.")] filter: Option<$filter>,
                    #[graphql(desc = "In which order; the oldest record first where nothing is said.", directive = Weighted::apply(SORTING.to_owned()))] order_by: Option<Vec<$order>>,
                    #[graphql(desc = "Rows in which each of these words stands, in any order, in what you may see of them.", directive = Weighted::apply(SEARCHING.to_owned()))] search: Option<String>,
                    #[graphql(desc = "At most so many from the beginning: 20 where nothing is said, 100 at most.")] first: Option<i32>,
                    #[graphql(desc = "Behind this cursor.")] after: Option<String>,
                    #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
                    #[graphql(desc = "Before this cursor.")] before: Option<String>,
                ) -> Result<Connection<$node>> {
                    let search = search.map(searched).transpose()?.map($search);
                    let filter = filter.map(Predicate::try_from).transpose().map_err(|error| error.within("filter"))?;
                    let predicate = Predicate::All(filter.into_iter().chain(search).collect());
                    let order = order_by.into_iter().flatten().map(Into::into).collect();
                    let page = PageArguments { first, after, last, before };
                    list::<$table::Entity>(context, missions, predicate, order, page).await
                }
            )*

            /// Who you are, and what you may see and change.
            async fn viewer(&self) -> ViewerObject {
                ViewerObject
            }

            /// One case by its global id; null where there is none for you.
            async fn case(&self, context: &Context<'_>, #[graphql(desc = "Its global id.")] id: ID) -> Result<Option<Case>> {
                one::<case_file::Entity>(context, &id).await
            }

            /// One individual by its global id; null where there is none for you.
            async fn individual(&self, context: &Context<'_>, #[graphql(desc = "Its global id.")] id: ID) -> Result<Option<Individual>> {
                one::<individual::Entity>(context, &id).await
            }

            /// One case by what its mission calls it; null where there is none for you.
            async fn case_by_number(
                &self,
                context: &Context<'_>,
                #[graphql(desc = "The mission that holds it.")] mission: CountryCode,
                #[graphql(desc = "What the mission calls it, exactly.")] case_number: String,
            ) -> Result<Option<Case>> {
                let predicate = Predicate::<case_file::Entity>::Is(case_file::Column::CaseNumber, Comparison::Equal(case_number.into()));
                let question = Question {
                    missions: Some(vec![mission]),
                    columns: selection::of_object(context),
                    predicate: Some(predicate),
                    order: Vec::new(),
                    window: PageArguments::default().window()?,
                    total: false,
                    cursors: false,
                };
                let page = request(context)?.reader().await?.page(&question).await?;
                Ok(Level::nodes(page.rows).pop())
            }

            /// The missions in which you have a role.
            #[graphql(directive = Paged::apply())]
            async fn missions(
                &self,
                context: &Context<'_>,
                #[graphql(desc = "At most so many from the beginning: 20 where nothing is said, 100 at most.")] first: Option<i32>,
                #[graphql(desc = "Behind this cursor.")] after: Option<String>,
                #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
                #[graphql(desc = "Before this cursor.")] before: Option<String>,
            ) -> Result<Connection<Mission>> {
                let window = PageArguments { first, after, last, before }.window()?;
                let missions = request(context)?.reader().await?.missions().await?;
                mission_page(missions, &window)
            }

            /// One mission of yours; null for any other.
            async fn mission(&self, context: &Context<'_>, #[graphql(desc = "Its country.")] code: CountryCode) -> Result<Option<Mission>> {
                let missions = request(context)?.reader().await?.missions().await?;
                Ok(missions.into_iter().find(|mission| mission.id == code).map(Mission::from))
            }

            /// Anything by its global id; null where there is none for you.
            async fn node(&self, context: &Context<'_>, #[graphql(desc = "Its global id.")] id: ID) -> Result<Option<Node>> {
                node(context, &id).await
            }

            /// Several things by their global ids, in the order of the ids; null where there is none for you. At most 100.
            #[graphql(directive = ListSize::apply(LARGEST_PAGE, Some(vec!["ids".to_owned()]), None, false))]
            async fn nodes(
                &self,
                context: &Context<'_>,
                #[graphql(desc = "Their global ids; the same one may stand there twice.")] ids: Vec<ID>,
            ) -> Result<Vec<Option<Node>>> {
                if ids.len() > LARGEST_PAGE.unsigned_abs() as usize {
                    return Err(ClientError::bad_input("ids", format!("must be at most {LARGEST_PAGE}")).into());
                }
                nodes(context, &ids).await
            }

            /// A vocabulary by its name, such as `means_of_control`.
            async fn code_list(&self, #[graphql(desc = "The name of the list.")] name: String) -> Result<CodeList> {
                Ok(CodeList::named(name).ok_or_else(|| ClientError::bad_input("name", "no such code list"))?)
            }
        }
    };
}

lists! {
    /// Cases.
    cases: Case of case_file, CaseFilter, CaseOrder, search |text| Predicate::AnyVisible(vec![
        Predicate::Search(vec![case_file::Column::CaseNumber], text.clone()),
        Predicate::Linked(std::sync::Arc::new(LinkedTo::<case_file::Entity, individual::Entity> {
            link: case_file::Column::IndividualId,
            predicate: Predicate::Search(names(), text),
        })),
    ]);
    /// Individuals.
    individuals: Individual of individual, IndividualFilter, IndividualOrder, search |text| Predicate::Search(names(), text);
    /// Traffickers.
    traffickers: Trafficker of trafficker, TraffickerFilter, TraffickerOrder, search |text| Predicate::Search(
        vec![trafficker::Column::GivenNames, trafficker::Column::FamilyName, trafficker::Column::Alias], text);
    /// Narratives.
    narratives: Narrative of narrative, NarrativeFilter, NarrativeOrder, search |text| Predicate::Linked(std::sync::Arc::new(
        access::ChildOf::<narrative::Entity, narrative_passage::Entity> {
            link: narrative_passage::Column::NarrativeId,
            predicate: Predicate::Search(vec![narrative_passage::Column::Text], text),
            parent: std::marker::PhantomData,
        }));
    /// Referrals.
    referrals: Referral of referral, ReferralFilter, ReferralOrder, search |text| Predicate::Search(vec![referral::Column::Organisation], text);
}

/// Where a name may stand.
fn names() -> Vec<individual::Column> {
    vec![individual::Column::GivenNames, individual::Column::FamilyName, individual::Column::IdentityNumber]
}

/// As long as a name can be, so that each is found by its own spelling.
fn searched(text: String) -> Result<String> {
    match stored(text.trim()).chars().count() {
        1..=LONGEST_TEXT => Ok(text),
        _ => Err(ClientError::bad_input("search", format!("must have 1 to {LONGEST_TEXT} characters")).into()),
    }
}

async fn list<E: Table>(
    context: &Context<'_>,
    missions: Option<Vec<CountryCode>>,
    predicate: Predicate<E>,
    order: Vec<OrderKey<E>>,
    page: PageArguments,
) -> Result<Connection<E::Node>> {
    let question = Question {
        missions,
        columns: selection::of_connection(context),
        predicate: Some(predicate),
        order,
        window: page.window()?,
        total: wants_total(context),
        cursors: wants_cursors(context),
    };
    Ok(Level::connection(request(context)?.reader().await?.page(&question).await?))
}

async fn one<E: Table>(context: &Context<'_>, id: &ID) -> Result<Option<E::Node>> {
    let reader = request(context)?.reader().await?;
    let Some((_, row)) = reader.seal().open_id(id).filter(|(of_type, _)| of_type == E::TYPE_NAME) else {
        return Ok(None);
    };
    let rows = reader.rows::<E>(&[row], selection::of_object(context)).await?;
    Ok(Level::nodes(rows.into_values().collect()).pop())
}

async fn node(context: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    Ok(nodes(context, std::slice::from_ref(id)).await?.pop().flatten())
}

/// One statement for each type among the ids.
async fn nodes(context: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    let reader = request(context)?.reader().await?;
    let opened: Vec<Option<(String, RowId)>> = ids.iter().map(|id| reader.seal().open_id(id)).collect();
    let mut found: Vec<Option<Node>> = ids.iter().map(|_| None).collect();
    macro_rules! find {
        ($($table:ident => $variant:ident),* $(,)?) => {
            $(
                let asked = opened.iter().enumerate().filter_map(|(place, opened)| opened.as_ref().map(|(of_type, row)| (place, of_type, *row)));
                let asked: Vec<(usize, RowId)> =
                    asked.filter(|(_, of_type, _)| *of_type == $table::Entity::TYPE_NAME).map(|(place, _, row)| (place, row)).collect();
                if !asked.is_empty() {
                    let ids: Vec<RowId> = asked.iter().map(|(_, row)| *row).collect();
                    let rows = reader.rows::<$table::Entity>(&ids, selection::of_object(context)).await?;
                    // The same id may stand in several places.
                    let there = asked.into_iter().filter_map(|(place, row)| rows.get(&row).map(|row| (place, row.clone())));
                    let (places, rows): (Vec<usize>, Vec<_>) = there.unzip();
                    for (place, node) in places.into_iter().zip(Level::nodes(rows)) {
                        found[place] = Some(Node::$variant(node));
                    }
                }
            )*
        };
    }
    find! {
        case_file => Case, consent => Consent, exploitation => Exploitation, individual => Individual, narrative => Narrative,
        narrative_passage => NarrativePassage, referral => Referral, trafficker => Trafficker,
        episode_trafficker => TraffickerInvolvement, trafficking_episode => TraffickingEpisode,
    }
    let missions = ids.iter().any(|id| id.starts_with(MISSION));
    if missions {
        let missions = reader.missions().await?;
        for (place, id) in ids.iter().enumerate() {
            let code = id.strip_prefix(MISSION);
            let mission = missions.iter().find(|mission| Some(mission.id.as_str()) == code);
            if let Some(mission) = mission {
                found[place] = Some(Node::Mission(Mission::from(mission.clone())));
            }
        }
    }
    Ok(found)
}

/// What the global id of a mission begins with. A mission is no secret, so its id needs no seal.
const MISSION: &str = "Mission.";

/// The missions of a viewer are few: the page is cut here. A cursor is the code.
fn mission_page(missions: Vec<entity::mission::Model>, window: &access::Window) -> Result<Connection<Mission>> {
    let total = i64::try_from(missions.len()).ok();
    let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
    let place = match &window.beyond {
        None => None,
        Some(cursor) => {
            let field = if window.backwards { "before" } else { "after" };
            let code: CountryCode =
                cursor.parse().map_err(|_| ClientError::bad_input(field, "not a cursor of this list"))?;
            Some(code)
        }
    };
    let mut within: Vec<_> = missions
        .into_iter()
        .filter(|mission| {
            place.is_none_or(|place| if window.backwards { mission.id < place } else { mission.id > place })
        })
        .collect();
    let more = within.len() > limit;
    match window.backwards {
        true => drop(within.drain(..within.len().saturating_sub(limit))),
        false => within.truncate(limit),
    }
    let (has_next, has_previous) = if window.backwards { (place.is_some(), more) } else { (more, place.is_some()) };
    let edges = within
        .into_iter()
        .map(|mission| InPlace(EdgeFields { cursor: Some(mission.id.to_string()), node: Mission::from(mission) }))
        .collect();
    Ok(InPlace(ConnectionFields { edges, has_next, has_previous, total }))
}
