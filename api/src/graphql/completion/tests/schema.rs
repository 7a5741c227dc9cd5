//! A schema whose resolvers finish in the wrong order and fail on purpose.

use async_graphql::{EmptySubscription, Error, Interface, Object, Result, Schema, Union};

/// Of the persons, the one with the number 2 cannot say a word.
#[derive(Clone, Copy)]
struct Person(i32);
struct Place(i32);

#[derive(Interface)]
#[graphql(field(name = "number", ty = "i32"), field(name = "label", ty = "String"))]
enum Labelled {
    Person(Person),
    Place(Place),
}

#[derive(Union)]
enum Found {
    Person(Person),
    Place(Place),
}

/// Lets `turns` others go first.
async fn wait(turns: usize) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

impl Person {
    fn say<T>(self, value: T) -> Result<T> {
        if self.0 == 2 { Err(Error::new("silent")) } else { Ok(value) }
    }
}

#[Object]
impl Person {
    async fn number(&self) -> i32 {
        self.0
    }
    async fn label(&self) -> Result<String> {
        wait(3).await;
        self.say(format!("person {}", self.0))
    }
    async fn name(&self) -> Result<String> {
        wait(5).await;
        self.say(format!("n{}", self.0))
    }
    async fn nick(&self) -> Result<Option<String>> {
        wait(2).await;
        self.say(Some(format!("k{}", self.0)))
    }
    async fn friend(&self, number: i32) -> Option<Self> {
        wait(4).await;
        (number > 0).then_some(Self(number))
    }
    async fn boss(&self, number: i32) -> Self {
        wait(1).await;
        Self(number)
    }
    async fn home(&self) -> Result<Place> {
        self.say(Place(self.0))
    }
}

#[Object]
impl Place {
    async fn number(&self) -> i32 {
        wait(1).await;
        self.0
    }
    async fn label(&self) -> String {
        format!("place {}", self.0)
    }
    async fn country(&self) -> Result<Option<String>> {
        wait(2).await;
        if self.0 == 2 { Err(Error::new("nowhere")) } else { Ok(Some("UA".to_owned())) }
    }
}

pub(super) struct Query;

#[Object]
impl Query {
    async fn person(&self, #[graphql(default = 1)] number: i32) -> Option<Person> {
        wait(2).await;
        (number > 0).then_some(Person(number))
    }
    async fn boss(&self, #[graphql(default = 1)] number: i32) -> Person {
        wait(1).await;
        Person(number)
    }
    /// Those who speak.
    async fn chiefs(&self) -> Vec<Person> {
        vec![Person(1), Person(3)]
    }
    /// `[Person!]!`
    async fn all(&self) -> Vec<Person> {
        (1..=3).map(Person).collect()
    }
    /// `[Person!]`
    async fn all_or_none(&self) -> Option<Vec<Person>> {
        Some((1..=3).map(Person).collect())
    }
    /// `[Person]!`
    async fn some(&self) -> Vec<Option<Person>> {
        vec![Some(Person(1)), None, Some(Person(2)), Some(Person(3))]
    }
    /// `[[Person]!]`
    async fn groups(&self) -> Option<Vec<Vec<Option<Person>>>> {
        Some(vec![vec![Some(Person(1)), Some(Person(2))], vec![]])
    }
    async fn labelled(&self) -> Vec<Labelled> {
        vec![Labelled::Person(Person(1)), Labelled::Place(Place(2)), Labelled::Place(Place(3))]
    }
    async fn silent(&self) -> Option<Labelled> {
        Some(Labelled::Person(Person(2)))
    }
    async fn found(&self) -> Vec<Option<Found>> {
        vec![Some(Found::Place(Place(1))), Some(Found::Person(Person(2))), Some(Found::Place(Place(2)))]
    }
}

/// The root of mutations is found through the schema, not through its name.
pub(super) struct Commands;

#[Object]
impl Commands {
    async fn hire(&self, number: i32) -> Result<Person> {
        Person(number).say(Person(number))
    }
}

pub(super) fn schema() -> Schema<Query, Commands, EmptySubscription> {
    Schema::new(Query, Commands, EmptySubscription)
}
