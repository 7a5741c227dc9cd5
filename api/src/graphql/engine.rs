//! One operation of a viewer, from a document to an answer: is the document within the limits, run it in one transaction, say
//! what was withheld, put the answer into the shape that the specification wants.

use std::sync::Arc;

use async_graphql::{
    Request, Response, ServerError, Value, Variables,
    parser::{
        parse_schema,
        types::{ExecutableDocument, OperationType},
    },
};

use super::{
    attempts::Trace,
    completion::complete,
    cost::{Cost, Rates},
    documents::{DocumentHash, Documents, operation},
    execution::{ExecuteOptions, Execution},
    expansion::Expansion,
    observe,
    refusal::{refusal, with_code},
    request_context::RequestContext,
    schema::{self, CausewaySchema},
    shapes::Shapes,
    trusted_documents::TrustedDocuments,
    turns::{self, Runs},
    variables::InputTypes,
};
use crate::access::{Access, identity::Viewer};
use crate::config::{LimitsConfig, TrustedDocumentsConfig};
use crate::error::{ClientError, Error, InternalError};
use crate::knowledge::Knowledge;

/// What runs operations: the schema and what it says, the documents, and the doors to the data.
pub struct Engine {
    access: Access,
    knowledge: Arc<Knowledge>,
    schema: CausewaySchema,
    shapes: Shapes,
    input_types: InputTypes,
    rates: Rates,
    documents: Documents,
    trusted: TrustedDocuments,
    /// What an operation may cost.
    most: u64,
}

/// What is to be run.
struct Task {
    viewer: Arc<Viewer>,
    kind: OperationType,
    written: ExecutableDocument,
    /// The ids of what a mutation changes.
    ids: Vec<String>,
    options: ExecuteOptions,
}

impl Engine {
    /// An engine over these data, within these limits.
    ///
    /// # Errors
    /// What is wrong with the manifest of trusted documents, for the operator.
    pub fn open(
        access: Access,
        knowledge: Arc<Knowledge>,
        limits: &LimitsConfig,
        trusted: &TrustedDocumentsConfig,
    ) -> Result<Self, String> {
        let schema = schema::running();
        let text = schema.sdl();
        let documents = Documents::within(limits.clone(), &text)?;
        let trusted = TrustedDocuments::open(trusted, &documents)?;
        let types = parse_schema(text).map_err(|error| error.to_string())?;
        let (shapes, input_types, rates) = (Shapes::of(&types), InputTypes::of(&types), Rates::of(&types));
        Ok(Self { access, knowledge, schema, shapes, input_types, rates, documents, trusted, most: limits.cost })
    }

    /// The text of the schema that it runs.
    #[must_use]
    pub fn text(&self) -> String {
        schema::print(&self.schema)
    }

    /// Runs one operation of a viewer who was let in.
    pub async fn run(&self, viewer: Arc<Viewer>, request: Request, options: ExecuteOptions) -> Execution {
        let (hash, document) = match self.document(&viewer, &request.query, options.document).await {
            Ok(found) => found,
            Err(errors) => return refused(errors),
        };
        let Some(operation) = operation(&document, request.operation_name.as_deref()) else {
            return refused(vec![refusal(ClientError::bad_input(
                "operationName",
                "the document has no such operation, or several",
            ))]);
        };
        if options.reject_mutations && operation.ty == OperationType::Mutation {
            return Execution::MutationByGet;
        }
        let variables = match self.input_types.coerce(operation, request.variables.clone()) {
            Ok(variables) => variables,
            Err(errors) => return refused(errors.into_iter().map(refusal).collect()),
        };
        let expansion = match Expansion::of(&document, operation, &variables, &self.shapes) {
            Ok(expansion) => expansion,
            Err(error) => return refused(vec![error]),
        };
        let requested = self.rates.cost(&self.shapes, &document, &expansion.operation, &variables);
        let cost = Cost { requested, limit: self.most };
        if cost.is_too_high() {
            return too_costly(cost);
        }
        let name = self.trusted.has(hash).then(|| observe::name_of(&document, request.operation_name.as_deref()));
        let ids = turns::ids(&expansion.operation, &variables);
        let run = async {
            let written = expansion.into_document();
            let task = Task { viewer: Arc::clone(&viewer), kind: operation.ty, written, ids, options };
            match self.attempt(task, &variables).await {
                Ok(response) => {
                    let response = response.extension("cost", cost.to_value());
                    Execution::from_response(complete(&self.shapes, &document, operation, &variables, response))
                }
                Err(error) => Execution::Refused(error),
            }
        };
        observe::run(&viewer, operation.ty, name.flatten(), requested, run).await
    }

    /// Runs an operation; again, where others got in the way of it.
    async fn attempt(&self, task: Task, variables: &Variables) -> crate::error::Result<Response> {
        let Task { viewer, kind, written, ids, options } = task;
        let mut runs = Runs::of(kind);
        // Before the runs, so that it goes after them, wherever they are cut off.
        let mut trace = Trace::of(self.access.clone(), Arc::clone(&viewer));
        // The last run needs no copy.
        let mut rest = Some(written);
        loop {
            let may_follow = runs.begin();
            let document = if may_follow { rest.clone() } else { rest.take() };
            let (access, knowledge) = (self.access.clone(), Arc::clone(&self.knowledge));
            let context =
                RequestContext::new(access, knowledge, Arc::clone(&viewer), kind, ids.clone(), trace.begin_run());
            let context = Arc::new(context);
            let mut request = Request::new("").variables(variables.clone()).data(Arc::clone(&context));
            request.set_parsed_query(document.ok_or_else(|| InternalError::new("an operation ran too often"))?);
            let response = self.schema.execute(request).await;
            match self.finish(context, response, options, &mut trace).await {
                Err(Error::Client(ClientError::Contended)) if may_follow => runs.pause().await,
                ended => return ended,
            }
        }
    }

    /// The document that a request means, and its hash: by its text, by its hash, or by both, which must agree.
    async fn document(
        &self,
        viewer: &Viewer,
        text: &str,
        asked: Option<DocumentHash>,
    ) -> Result<(DocumentHash, Arc<ExecutableDocument>), Vec<ServerError>> {
        let refuse = |error: ClientError| vec![refusal(error)];
        let hash = match asked {
            Some(hash) if text.is_empty() => hash,
            asked => {
                let hash = DocumentHash::of(text);
                if asked.is_some_and(|asked| asked != hash) {
                    return Err(refuse(ClientError::bad_input("extensions", "the hash is not that of the document")));
                }
                hash
            }
        };
        self.trusted.check(viewer, hash).map_err(refuse)?;
        if !text.is_empty() || asked.is_none() {
            let sender = (!self.trusted.has(hash)).then(|| viewer.actor());
            let document = self.documents.of(sender, hash, text)?;
            if asked.is_some() {
                self.documents.note(viewer.actor(), hash);
            }
            return Ok((hash, document));
        }
        let document = match (self.documents.sent_by(viewer.actor(), hash), self.trusted.text(&hash)) {
            (Some(document), _) => document,
            (None, Some(text)) => self.documents.of(None, hash, text)?,
            (None, None) => return Err(vec![unknown_document()]),
        };
        Ok((hash, document))
    }

    /// Commits or not, and reports what was withheld.
    async fn finish(
        &self,
        context: Arc<RequestContext>,
        mut response: Response,
        options: ExecuteOptions,
        trace: &mut Trace,
    ) -> crate::error::Result<Response> {
        if context.is_contended() {
            return Err(ClientError::Contended.into());
        }
        response.errors.iter_mut().for_each(with_code);
        let withheld = context.withheld();
        let reject = options.withheld_reject && !withheld.is_empty();
        let keep = response.is_ok() && !reject;
        // Nobody else may hold the transaction now; if somebody did, it could not be committed.
        let context =
            Arc::into_inner(context).ok_or_else(|| InternalError::new("an operation outlived its execution"))?;
        context.finish(keep, trace).await?;
        let names = Value::List(withheld.iter().copied().map(Value::from).collect());
        if reject {
            let mut error =
                refusal(ClientError::Forbidden("some of what you asked for is withheld from you".to_owned()));
            error.extensions.get_or_insert_with(Default::default).set("withheld", names);
            return Ok(Response::from_errors(vec![error]));
        }
        if !withheld.is_empty() {
            response.extensions.insert("withheld".to_owned(), names);
        }
        Ok(response)
    }
}

/// The message is the one that clients with automatic persisted queries wait for; then they send the text.
fn unknown_document() -> ServerError {
    let mut error = refusal(ClientError::NotFound);
    "PersistedQueryNotFound".clone_into(&mut error.message);
    error
}

fn too_costly(cost: Cost) -> Execution {
    let Cost { requested, limit } = cost;
    let message = format!(
        "the operation costs {requested}, and {limit} is the most: ask for smaller pages or for less of each row"
    );
    let response = Response::from_errors(vec![refusal(ClientError::TooCostly(message))]);
    Execution::RequestError(response.extension("cost", cost.to_value()))
}

fn refused(mut errors: Vec<ServerError>) -> Execution {
    errors.iter_mut().for_each(with_code);
    Execution::RequestError(Response::from_errors(errors))
}
